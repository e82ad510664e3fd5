/* Templates: languages in their order, the built-in ones (spec/policy.md 6.1). */
#include "config_support.h"
#include "server/notice/notice.h"
#include "server/policy/decider.h"
#include "server/policy/template.h"

static const struct template *found(const struct config *config, const char *name)
{
    const struct template *template = template_find(config, bytes_of_text(name));
    assert_non_null(template);
    return template;
}

static void test_own(void **state)
{
    (void)state;
    struct config *config =
        config_made("templates:\n"
                    "  x:\n"
                    "    languages: {pt-BR: {subject: c, text: d}, de: {subject: e, text: f}}\n"
                    "    subject: a ${rule}\n"
                    "    text: |\n"
                    "      One\n"
                    "\n"
                    "      Two\n");
    const struct template *template = found(config, "x");
    assert_int_equal(template->count, 3);
    assert_string_equal(template->texts[0].language, "");
    assert_string_equal(template->texts[0].subject, "a ${rule}");
    assert_string_equal(template->texts[0].text, "One\n\nTwo\n");
    assert_int_equal(template->texts[0].text_node->line, 5);
    assert_string_equal(template->texts[1].language, "pt-BR");
    assert_string_equal(template->texts[2].text, "f");
    config_unref(&config);
}

static void test_built_in(void **state)
{
    (void)state;
    static const char *const names[] = {"sender", "recipient", "administrator"};
    struct config *config = config_made("");
    for (size_t i = 0; i < 3; i++) {
        const struct template *template = found(config, names[i]);
        assert_int_equal(template->count, 2);
        assert_string_equal(template->texts[0].language, "en");
        assert_string_equal(template->texts[1].language, "de");
        for (size_t j = 0; j < 2; j++) {
            assert_true(bytes_is_utf8(bytes_of_text(template->texts[j].text)));
            assert_non_null(strstr(template->texts[j].text, "${reference}"));
        }
    }
    assert_null(template_find(config, BYTES("x")));
    config_unref(&config);
}

static bool wants(const struct config *config, const char *channel, struct bytes name)
{
    size_t count = 0;
    const struct bytes *all =
        decider_wants(config_find_channel(config, bytes_of_text(channel)), &count);
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(all[i], name))
            return true;
    return false;
}

/* The built-in ones compile, and what notices must not answer is asked for. */
static void test_notify(void **state)
{
    (void)state;
    struct config *config = config_made("channels:\n"
                                        "  inbound:\n"
                                        "    rules:\n"
                                        "      - notify: [{template: sender, to: sender},\n"
                                        "          {template: recipient, to: recipient},\n"
                                        "          {template: administrator, to: postmaster}]\n");
    for (size_t i = 0; i < notice_want_count; i++) {
        assert_true(wants(config, "inbound", notice_wants[i]));
        assert_false(wants(config, "outbound", notice_wants[i]));
    }
    assert_true(wants(config, "inbound", BYTES("header.subject")));
    config_unref(&config);
}

static void test_in_place(void **state)
{
    (void)state;
    struct config *config =
        config_made("templates: {sender: {languages: {fr: {subject: a, text: b}}}}\n");
    assert_int_equal(found(config, "sender")->count, 1);
    assert_string_equal(found(config, "sender")->texts[0].language, "fr");
    assert_int_equal(found(config, "recipient")->count, 2);
    config_unref(&config);
}

int main(int argc, char **argv)
{
    static struct rows rows;
    rows_add_one(&rows, "6.1 languages in their order", test_own);
    rows_add_one(&rows, "6.1 the built-in ones", test_built_in);
    rows_add_one(&rows, "6.2 a channel with notices", test_notify);
    rows_add_one(&rows, "6.1 one in the place of a built-in one", test_in_place);
    return rows_run("template", &rows, argc, argv);
}
