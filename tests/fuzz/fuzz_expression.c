/* A condition. Oracle: a refusal has a place inside the text and a reason that a terminal can show;
 * what is accepted has a value for a message and a recipient, the same each time, and its printed
 * form compiles to one that prints the same and has that value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/policy/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void wrong(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

/* Lists, organisations and one message, made once. */
static struct config *config;
static struct report report;

static void prepare(void)
{
    static const char yaml[] =
        "organisations: {us: {domains: [y.example]}}\n"
        "lists: {l: {entries: [b@y.example, .x.example, 192.0.2.0/24]}, m: {entries: []}}\n"
        "channels: {c: {}}\n";
    struct config_source defaults;
    struct config_problem problem;
    if (config_source_open(&defaults, NULL, NULL, 0, &problem) != STATUS_OK)
        wrong("no defaults");
    struct config_text texts[] = {defaults.texts[0], {.name = "fuzz", .text = bytes_of_text(yaml)}};
    struct config_source source = {.texts = texts, .text_count = 2, .checked = true};
    if (config_new(&source, &config, &problem) != STATUS_OK)
        wrong(problem.reason);
    config_source_close(&defaults);
    report_init(&report, 1 << 20);
    struct report_part part = {.number = 1, .type = BYTES("text/plain"), .name = BYTES("a.TXT")};
    struct report_finding finding = {
        .engine = BYTES("alpha"), .symbol = BYTES("Bulk"), .class = CLASS_SPAM, .points = 6500};
    if (report_add_part(&report, &part) != STATUS_OK ||
        report_add_finding(&report, &finding) != STATUS_OK ||
        report_add_fact(&report, BYTES("header.subject"), BYTES("Hello")) != STATUS_OK)
        wrong("no report");
}

static void check_fault(const struct expression_fault *fault, size_t size)
{
    if (fault->offset > size || fault->reason[0] == '\0')
        wrong("a fault without place or reason");
    for (const char *at = fault->reason; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            wrong("a control character in a reason");
    if (!bytes_is_utf8(bytes_of_text(fault->reason)))
        wrong("a reason that is not UTF-8");
}

/* One channel's names, and a condition. */
struct compiled {
    struct arena arena;
    struct facts facts;
    struct expression_names names;
    const struct expression *expression; /* NULL: refused */
};

static void compile(struct compiled *compiled, struct bytes text)
{
    struct expression_fault fault;
    *compiled = (struct compiled){.expression = NULL};
    arena_init(&compiled->arena, 16 << 20);
    compiled->names = (struct expression_names){
        .arena = &compiled->arena, .config = config, .facts = &compiled->facts};
    enum status status = expression_compile(&compiled->names, text, &compiled->expression, &fault);
    if (status == STATUS_INVALID)
        check_fault(&fault, text.size);
    else if (status != STATUS_OK)
        wrong("no memory");
}

static void compiled_clear(struct compiled *compiled)
{
    for (size_t i = 0; i < compiled->names.pattern_count; i++)
        pattern_free(&compiled->names.patterns[i]);
    arena_clear(&compiled->arena);
}

static bool value_of(struct compiled *compiled)
{
    static struct envelope envelope;
    struct decide_input input = {.config = config,
                                 .channel = config_find_channel(config, BYTES("c")),
                                 .report = &report,
                                 .verdict = {.kind = VERDICT_SPAM},
                                 .envelope = &envelope,
                                 .recipient_count = 2,
                                 .size = 5000,
                                 .reference = "r"};
    struct fact_view view = {.input = &input,
                             .arena = &compiled->arena,
                             .epoch = 2,
                             .lists = config->sets,
                             .recipient = BYTES("b@y.example")};
    envelope = (struct envelope){
        .has_sender = true, .sender = BYTES("a@x.example"), .client_address = BYTES("192.0.2.1")};
    view.values = calloc(compiled->facts.count + 1, sizeof *view.values);
    view.terms = calloc(compiled->names.term_slots + 1, 1);
    if (view.values == NULL || view.terms == NULL)
        wrong("no memory");
    bool value = expression_run(compiled->expression, &view);
    if (expression_run(compiled->expression, &view) != value)
        wrong("another value the second time");
    if (view.status != STATUS_OK)
        wrong("evaluation fails");
    free(view.values);
    free(view.terms);
    return value;
}

static void check_printed(struct compiled *compiled)
{
    struct buffer first, second;
    struct compiled again;
    buffer_init(&first, 1 << 20);
    buffer_init(&second, 1 << 20);
    if (expression_print(compiled->expression, config, &first) != STATUS_OK)
        wrong("cannot be printed");
    compile(&again, buffer_bytes(&first));
    if (again.expression == NULL)
        wrong("the printed form is refused");
    if (expression_print(again.expression, config, &second) != STATUS_OK ||
        !bytes_equal(buffer_bytes(&first), buffer_bytes(&second)))
        wrong("the printed form prints another one");
    if (value_of(&again) != value_of(compiled))
        wrong("the printed form has another value");
    compiled_clear(&again);
    buffer_clear(&first);
    buffer_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct compiled compiled;
    if (config == NULL)
        prepare();
    compile(&compiled, (struct bytes){data, size});
    if (compiled.expression != NULL)
        check_printed(&compiled);
    compiled_clear(&compiled);
    return 0;
}
