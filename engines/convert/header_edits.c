/* Edits of fields as a whole (spec/conversion.md 2): the section does the work. */
#include "engines/convert/conversion.h"

enum status convert_header_add(struct draft *draft, const struct edit *edit,
                               struct conversion *conversion)
{
    (void)draft;
    return section_add(&conversion->header, edit_value(edit, "NAME"), edit_value(edit, "VALUE"));
}

enum status convert_header_prepend(struct draft *draft, const struct edit *edit,
                                   struct conversion *conversion)
{
    (void)draft;
    return section_prepend(&conversion->header, edit_value(edit, "NAME"),
                           edit_value(edit, "VALUE"));
}

enum status convert_header_replace(struct draft *draft, const struct edit *edit,
                                   struct conversion *conversion)
{
    (void)draft;
    return section_replace(&conversion->header, edit_value(edit, "NAME"),
                           edit_value(edit, "VALUE"));
}

static enum status each_name(const struct edit *edit, struct conversion *conversion,
                             enum status (*take_out)(struct section *section, struct bytes name,
                                                     size_t *gone))
{
    enum status status = STATUS_OK;
    struct bytes name;
    size_t gone;

    for (size_t i = 0; status == STATUS_OK && edit_value_at(edit, "NAME", i, &name); i++) {
        status = conversion_allow_cpu(conversion);
        if (status == STATUS_OK)
            status = take_out(&conversion->header, name, &gone);
    }
    return status;
}

enum status convert_header_delete(struct draft *draft, const struct edit *edit,
                                  struct conversion *conversion)
{
    (void)draft;
    return each_name(edit, conversion, section_delete);
}

enum status convert_marks(struct draft *draft, const struct edit *edit,
                          struct conversion *conversion)
{
    (void)draft;
    return each_name(edit, conversion, section_delete_marks);
}
