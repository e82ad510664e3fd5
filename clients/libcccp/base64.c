#include "clients/libcccp/base64.h"

enum status base64_append(struct buffer *out, struct bytes octets)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum status status = STATUS_OK;
    for (size_t i = 0; i < octets.size && status == STATUS_OK; i += 3) {
        size_t left = octets.size - i;
        uint32_t bits = (uint32_t)octets.data[i] << 16;
        bits |= left > 1 ? (uint32_t)octets.data[i + 1] << 8 : 0;
        bits |= left > 2 ? octets.data[i + 2] : 0;
        uint8_t four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                           left > 1 ? digits[bits >> 6 & 63] : '=',
                           left > 2 ? digits[bits & 63] : '='};
        status = buffer_append(out, (struct bytes){four, sizeof(four)});
    }
    return status;
}
