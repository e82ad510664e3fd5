/* The examples of the manual do what is said of them: spec/examples/policy-NAME.yaml. */
#include "policy_world.h"

struct example_row {
    const char *name;
    const char *file, *message, *recipient;
    const char *wanted;
};

#define FILE_PART "part=multipart/mixed part=text/plain part=application/octet-stream:x.exe"
#define EXECUTABLE                                                                                 \
    FILE_PART " find=POLICY:attachment:attachment.refused-type:0:3 "                               \
              "fact=attachment.class:executable"

/* clang-format off */
static const struct example_row rows[] = {
    {"tag: spam", "tag", "find=SPAM:alpha:Bulk:6500", "a@example.org",
     "DELIVER rule=deliver-tagged class=spam text=words mark=spam edits=subject-tag/TEXT=[SPAM?]+header-add/NAME=X-Spam-Flag/VALUE=YES"},
    {"tag: a subject", "tag", "fact=header.subject:You_have_WON!", "a@example.org",
     "DELIVER row=clean edits=subject-tag/TEXT=[SPAM?]+header-add/NAME=X-Spam-Flag/VALUE=YES"},
    {"tag: less", "tag", "find=NOTE:alpha:Bulk:5999", "a@example.org", "DELIVER row=clean"},
    {"tag: a virus", "tag", "find=SPAM:alpha:Bulk:6500 find=VIRUS:clamav:Eicar", "a@example.org", "QUARANTINE row=infected class=virus text=words"},
    {"block: a user", "block", EXECUTABLE, "a@example.org",
     "REJECT rule=executables class=policy status=5.7.1 text=executable files are not accepted: x.exe"},
    {"block: the department", "block", EXECUTABLE, "x@lab.it.example.org", "DELIVER rule=executables-for-it class=policy text=words mark=policy"},
    {"block: the department, a virus", "block", EXECUTABLE " find=VIRUS:clamav:Eicar:0:3", "it@example.org",
     "REJECT rule=executables class=virus status=5.7.1 text=executable files are not accepted: x.exe"},
    {"block: another file", "block", FILE_PART, "a@example.org", "DELIVER row=clean"},
    {"redirect: the mailbox", "redirect", "", "Jane@example.org", "REDIRECT rule=jane to: jane.doe@example.org(DELIVER row=clean)"},
    {"redirect: by the table", "redirect", "", "old.name@example.org", "REDIRECT rule=moved to: new.name@example.org(DELIVER row=clean)"},
    {"redirect: a domain", "redirect", "", "bob@subsidiary.example", "REDIRECT rule=moved to: bob@example.org(DELIVER row=clean)"},
    {"redirect: others", "redirect", "", "a@example.org", "DELIVER row=clean"},
    {"redirect: no virus", "redirect", "find=VIRUS:clamav:Eicar", "jane@example.org", "QUARANTINE row=infected class=virus text=words"},
    {"expand: two footers", "expand", "", "team@example.org",
     "EXPAND rule=team sender=<team-owner@example.org> list: ann@example.org(DELIVER row=clean edits=footer/TEXT=The archive is at https://intranet.example.org/team) "
     "bob@example.org(DELIVER row=clean edits=footer/TEXT=The archive is at https://intranet.example.org/team) "
     "carol@partner.example(DELIVER row=clean edits=footer/TEXT=You get this because you work with the team of example.org.)"},
    {"expand: others", "expand", "", "ann@example.org", "DELIVER row=clean"},
    {"clean: a virus", "clean", FILE_PART " find=VIRUS:clamav:Eicar:0:3", "a@example.org",
     "DELIVER rule=clean class=virus text=words edits=part-replace#3:3/TEXT=The file x.exe was removed: Eicar. Ask your administrator, ref-1.+header-add/NAME=X-Content-Cleaned/VALUE=Eicar "
     "store=quarantine-original:cleaned if=2 else(QUARANTINE row=infected class=virus text=words)"},
    {"clean: clean", "clean", FILE_PART, "a@example.org", "DELIVER row=clean"},
    {"clean: our field in what comes", "clean", "fact=mark.x-content-cleaned:1", "a@example.org", "DELIVER row=clean edits=marks/NAME=X-Content-Cleaned"},
};
/* clang-format on */

static char *read_example(const char *name)
{
    char path[512];
    char *text = calloc(1, 65536);
    snprintf(path, sizeof path, "%s/spec/examples/policy-%s.yaml", SOURCE_ROOT, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(text);
    assert_in_range(fread(text, 1, 65535, file), 100, 60000);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void test_row(void **state)
{
    const struct example_row *row = *state;
    struct policy_world world;
    char shown[SHOWN_BYTES];
    char *text = read_example(row->file);
    world_open_channel(&world, text, "inbound", row->message);
    world_decide(&world, row->recipient, shown);
    assert_string_equal(shown, row->wanted);
    free(text);
    /* What -t prints decides the same. */
    text = config_printed(world.config);
    world_close(&world);
    world_open_channel(&world, text, "inbound", row->message);
    world_decide(&world, row->recipient, shown);
    assert_string_equal(shown, row->wanted);
    world_close(&world);
    free(text);
}

int main(int argc, char **argv)
{
    static struct rows all;
    ROWS_ADD(&all, rows, test_row);
    return rows_run("policy_examples", &all, argc, argv);
}
