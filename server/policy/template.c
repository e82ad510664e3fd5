/* Templates: those of the configuration with their languages in order, and the built-in ones. */
#include "server/policy/template.h"

#include <ctype.h>
#include <string.h>

/* Built in: what a site gets without writing anything. */
static const struct template_text sender_texts[] = {
    {.language = "en",
     .subject = "Your message was not delivered as sent: ${disposition}",
     .text = "Your message to ${recipient} with the subject\n\n"
             "    ${header.subject}\n\n"
             "was checked by the mail system. Decision: ${disposition}.\n"
             "Reasons: ${findings}\n"
             "Files: ${names}\n"
             "Rule: ${rule}\n\n"
             "If you think that this is a mistake, tell the postmaster this reference:\n"
             "${reference}\n"},
    {.language = "de",
     .subject = "Ihre Nachricht wurde nicht wie gesendet zugestellt: ${disposition}",
     .text = "Ihre Nachricht an ${recipient} mit dem Betreff\n\n"
             "    ${header.subject}\n\n"
             "wurde vom Mailsystem geprüft. Entscheidung: ${disposition}.\n"
             "Gründe: ${findings}\n"
             "Dateien: ${names}\n"
             "Regel: ${rule}\n\n"
             "Wenn Sie das für einen Irrtum halten, nennen Sie dem Postmaster diese Kennung:\n"
             "${reference}\n"}};
static const struct template_text recipient_texts[] = {
    {.language = "en",
     .subject = "A message to you was not delivered as sent: ${disposition}",
     .text = "A message to ${recipient} from ${sender} with the subject\n\n"
             "    ${header.subject}\n\n"
             "was checked by the mail system. Decision: ${disposition}.\n"
             "Reasons: ${findings}\n"
             "Files: ${names}\n\n"
             "Questions about it go to the postmaster, with this reference:\n"
             "${reference}\n"},
    {.language = "de",
     .subject = "Eine Nachricht an Sie wurde nicht wie gesendet zugestellt: ${disposition}",
     .text = "Eine Nachricht an ${recipient} von ${sender} mit dem Betreff\n\n"
             "    ${header.subject}\n\n"
             "wurde vom Mailsystem geprüft. Entscheidung: ${disposition}.\n"
             "Gründe: ${findings}\n"
             "Dateien: ${names}\n\n"
             "Fragen dazu beantwortet der Postmaster, unter dieser Kennung:\n"
             "${reference}\n"}};
static const struct template_text administrator_texts[] = {
    {.language = "en",
     .subject = "Mail check ${reference}: ${disposition}",
     .text = "Reference: ${reference}\n"
             "Channel: ${channel}\n"
             "Decision: ${disposition}, rule: ${rule}\n"
             "From: ${sender}, client ${client.address} ${client.name}\n"
             "To: ${recipient}\n"
             "Subject: ${header.subject}\n"
             "Reasons: ${findings}\n"
             "Files: ${names}\n"},
    {.language = "de",
     .subject = "Mailprüfung ${reference}: ${disposition}",
     .text = "Kennung: ${reference}\n"
             "Kanal: ${channel}\n"
             "Entscheidung: ${disposition}, Regel: ${rule}\n"
             "Von: ${sender}, Client ${client.address} ${client.name}\n"
             "An: ${recipient}\n"
             "Betreff: ${header.subject}\n"
             "Gründe: ${findings}\n"
             "Dateien: ${names}\n"}};

#define BUILT_IN(name, texts)                                                                      \
    {                                                                                              \
        name, texts, sizeof texts / sizeof *texts                                                  \
    }
static const struct template built_in[] = {BUILT_IN("sender", sender_texts),
                                           BUILT_IN("recipient", recipient_texts),
                                           BUILT_IN("administrator", administrator_texts)};

/* RFC 5646, as far as that it can stand in a header: letters, digits, hyphens. */
static bool is_language(const char *text)
{
    size_t length = strlen(text);
    for (const char *at = text; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && *at != '-')
            return false;
    return length >= 2 && length <= 35 && isalpha((unsigned char)text[0]);
}

/* Subject and text of one language, both there. */
static enum status read_text(struct config_reader *reader, const struct node *map,
                             const struct config_template *row, const char *language,
                             struct template_text *text)
{
    if (row->subject == NULL || row->text == NULL)
        return reader_problem(reader, map, "expected a subject and a text");
    *text = (struct template_text){.language = language,
                                   .subject = row->subject,
                                   .text = row->text,
                                   .subject_node = node_find(map, "subject"),
                                   .text_node = node_find(map, "text")};
    return STATUS_OK;
}

static enum status read_languages(struct config_reader *reader, const struct node *languages,
                                  struct template_text *texts, size_t *count)
{
    enum status status = STATUS_OK;
    size_t section = reader_enter(reader, "languages");
    if (languages->kind != NODE_MAP)
        return reader_expected(reader, languages, "a map of languages");
    for (const struct node *child = languages->first; child != NULL && status == STATUS_OK;
         child = child->next) {
        struct config_template row = {.name = NULL};
        size_t mark = reader_enter(reader, child->key);
        if (!is_language(child->key))
            status = reader_problem(reader, child, "expected a language as de or pt-BR");
        else
            status = rows_read(reader, config_language_rows, child, &row);
        if (status == STATUS_OK)
            status = read_text(reader, child, &row, child->key, &texts[(*count)++]);
        reader_leave(reader, mark);
    }
    reader_leave(reader, section);
    return status;
}

static enum status read_template(struct config_reader *reader, const struct node *map,
                                 const struct config_template *row, struct template *template)
{
    size_t most = 1 + (row->languages != NULL ? row->languages->count : 0);
    struct template_text *texts = arena_take(reader->arena, most * sizeof *texts);
    enum status status = STATUS_OK;
    *template = (struct template){.name = row->name, .texts = texts};
    if (texts == NULL)
        return problem_memory(reader->problem);
    if (most > TEMPLATE_LANGUAGES_MOST)
        return reader_problem(reader, map, "more than %d languages", TEMPLATE_LANGUAGES_MOST);
    if (row->subject != NULL || row->text != NULL || row->languages == NULL)
        status = read_text(reader, map, row, "", &texts[template->count++]);
    if (status == STATUS_OK && row->languages != NULL)
        status = read_languages(reader, row->languages, texts, &template->count);
    if (status == STATUS_OK && template->count == 0)
        status = reader_problem(reader, map, "expected a subject and a text");
    return status;
}

enum status templates_read(struct config_reader *reader, struct config *config)
{
    const struct node *map = node_find(config->tree, "templates");
    const struct node *child = map != NULL ? map->first : NULL;
    config->template_texts =
        arena_take(reader->arena, (config->template_count + 1) * sizeof(struct template));
    if (config->template_texts == NULL)
        return problem_memory(reader->problem);
    enum status status = STATUS_OK;
    size_t section = reader_enter(reader, "templates");
    for (size_t i = 0; i < config->template_count && status == STATUS_OK; i++) {
        size_t mark = reader_enter(reader, child->key);
        status = read_template(reader, child, &config->templates[i], &config->template_texts[i]);
        reader_leave(reader, mark);
        child = child->next;
    }
    reader_leave(reader, section);
    return status;
}

const struct template *template_find(const struct config *config, struct bytes name)
{
    for (size_t i = 0; i < config->template_count; i++)
        if (bytes_equal(bytes_of_text(config->template_texts[i].name), name))
            return &config->template_texts[i];
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        if (bytes_equal(bytes_of_text(built_in[i].name), name))
            return &built_in[i];
    return NULL;
}
