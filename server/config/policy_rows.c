/* Keys of the sections that policy stands on (spec/policy.md 3, 4, 6). */
#include "server/config/row.h"

#define ORGANISATION(field) CONFIG_FIELD(struct config_organisation, field)
#define LIST(field) CONFIG_FIELD(struct config_list, field)
#define TEMPLATE(field) CONFIG_FIELD(struct config_template, field)
#define NOTICES(field) CONFIG_FIELD(struct config_notices, field)

const struct config_row config_organisation_rows[] = {
    {.name = "domains",
     .kind = CONFIG_NAMES,
     ORGANISATION(domains),
     .count = offsetof(struct config_organisation, domain_count),
     .unit = "domains",
     .help = "`x.example`, and `.x.example` for everything below it"},
    {.name = "networks",
     .kind = CONFIG_NETWORKS,
     ORGANISATION(networks),
     .count = offsetof(struct config_organisation, network_count),
     .help = "clients whose mail is from inside without a login"},
    {.name = NULL}};

const struct config_row config_list_rows[] = {
    {.name = "file",
     .kind = CONFIG_PATH,
     LIST(file),
     .most = 4000,
     .help = "one entry a line; read again when it changes"},
    {.name = "entries",
     .kind = CONFIG_TREE,
     LIST(entries),
     .choices = "a list of entries",
     .help = "the entries themselves, instead of a file: addresses, domains (`x.example`, "
             "`.x.example`), local parts (`postmaster@`), networks"},
    {.name = NULL}};

const struct config_row config_table_rows[] = {
    {.name = "file",
     .kind = CONFIG_PATH,
     LIST(file),
     .most = 4000,
     .help = "one key a line, blanks, values separated by commas; read again when it changes"},
    {.name = "entries",
     .kind = CONFIG_TREE,
     LIST(entries),
     .choices = "a map of keys and values",
     .help = "keys and values themselves, instead of a file; values are addresses, `@domain` or "
             "domains"},
    {.name = NULL}};

const struct config_row config_template_rows[] = {
    {.name = "subject",
     .kind = CONFIG_TEXT,
     TEMPLATE(subject),
     .most = 256,
     .help = "subject of the notice, with `${fact}` in it"},
    {.name = "text",
     .kind = CONFIG_LINES,
     TEMPLATE(text),
     .most = 16384,
     .help = "text of the notice, with `${fact}` in it; may have several lines"},
    {.name = "languages",
     .kind = CONFIG_TREE,
     TEMPLATE(languages),
     .choices = "a map of languages",
     .help = "a map from language (`de`, `pt-BR`) to its `subject` and `text`; they stand one "
             "below the other in one notice"},
    {.name = NULL}};

const struct config_row config_language_rows[] = {{.name = "subject",
                                                   .kind = CONFIG_TEXT,
                                                   TEMPLATE(subject),
                                                   .most = 256,
                                                   .help = "subject in this language"},
                                                  {.name = "text",
                                                   .kind = CONFIG_LINES,
                                                   TEMPLATE(text),
                                                   .most = 16384,
                                                   .help = "text in this language"},
                                                  {.name = NULL}};

const struct config_row config_notices_rows[] = {
    {.name = "from",
     .kind = CONFIG_TEXT,
     NOTICES(from),
     .most = 320,
     .help = "address in the From field of notices; by default `postmaster@` and "
             "`server.host-name`"},
    {.name = "postmaster",
     .kind = CONFIG_TEXT,
     NOTICES(postmaster),
     .most = 320,
     .help = "whom `to: postmaster` names; by default `from`"},
    {.name = "outsiders",
     .kind = CONFIG_BOOLEAN,
     NOTICES(outsiders),
     .value = "no",
     .help = "notices to senders outside as well, whose address may be forged"},
    {.name = "rate",
     .kind = CONFIG_NUMBER,
     NOTICES(rate),
     .value = "10",
     .unit = "notices",
     .least = 1,
     .most = 1000000,
     .help = "to one address in an hour"},
    {.name = "rate-all",
     .kind = CONFIG_NUMBER,
     NOTICES(rate_all),
     .value = "1000",
     .unit = "notices",
     .least = 1,
     .most = 1000000000,
     .help = "to all addresses in an hour"},
    {.name = NULL}};
