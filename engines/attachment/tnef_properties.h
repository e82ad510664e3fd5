/* The MAPI properties of a TNEF attachment (MS-OXTNEF 2.1.3.4). */
#ifndef ENGINES_ATTACHMENT_TNEF_PROPERTIES_H
#define ENGINES_ATTACHMENT_TNEF_PROPERTIES_H

#include "protocol/bytes.h"

enum tnef_property_id {
    TNEF_DISPLAY_NAME = 0x3001,
    TNEF_DATA = 0x3701,
    TNEF_FILE_NAME = 0x3704,
    TNEF_LONG_FILE_NAME = 0x3707
};
enum tnef_property_type { TNEF_OBJECT = 0x0D, TNEF_TEXT = 0x1E, TNEF_UTF16 = 0x1F };

struct tnef_property {
    uint16_t id, type;
    struct bytes value; /* of several values the first one's */
};

struct tnef_properties {
    struct bytes octets;
    size_t at;
    uint32_t left; /* how many are still to come, as it says */
};

void tnef_properties_init(struct tnef_properties *properties, struct bytes octets);
/* False at the end; then left is 0 unless the octets ended first or make no sense. */
bool tnef_properties_next(struct tnef_properties *properties, struct tnef_property *property);

#endif
