/* What is decided for one recipient (spec/policy.md 1, 5, 9): rules, a message, and the decision as
 * decision_show() writes it. */
#include "policy_world.h"

struct decide_row {
    const char *name;
    const char *rules;   /* items of channels.c.rules; a NULL: none */
    const char *message; /* policy_world.h */
    const char *recipient;
    const char *wanted;
};

#define VIRUS " find=VIRUS:clamav:Eicar:0:2"
#define SPAM " find=SPAM:alpha:Bulk:6500"
#define POLICY " find=POLICY:attachment:attachment.refused-name:0:3"
#define PARTS "part=multipart/mixed part=text/plain part=application/zip:a.zip"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A512 A64 A64 A64 A64 A64 A64 A64 A64
#define A600 A512 A64 A64
#define B "b@y.example"
#define ALLV "despite: [spam, policy, unexaminable, virus]"

/* clang-format off */
static const struct decide_row rows[] = {
    {"1.1 no rule: the table", NULL, "", B, "DELIVER row=clean"},
    {"1.1 the first rule that holds decides", "{name: a, when: virus, then: discard}, {name: b, when: spam, then: reject}, {name: c, when: score > 1, then: defer}", SPAM, B,
     "REJECT rule=b class=spam status=5.7.1 text=words"},
    {"1.1 a rule without then adds", "{name: a, edits: [subject-tag: x]}, {name: b, route: 'smtp:[h]', then: deliver}", "", B,
     "DELIVER rule=b route=smtp:[h] edits=subject-tag/TEXT=x"},
    {"1.1 what is added holds for the table too", "{name: a, edits: [subject-tag: x], sender: '', route: r}", "", B,
     "DELIVER row=clean sender=<> route=r edits=subject-tag/TEXT=x"},
    {"1.1 what is added by a rule that does not hold is not", "{name: a, when: spam, edits: [subject-tag: x]}", "", B, "DELIVER row=clean"},
    {"1.1 the later route and sender count", "{name: a, route: r, sender: a@x.example}, {name: b, route: s, sender: b@x.example}", "", B,
     "DELIVER row=clean sender=<b@x.example> route=s"},
    {"1.1 edits by rank, those of a kind in their order", "{name: a, edits: [header-add: {name: X-B, value: b}, footer: {text: f}]}, {name: b, edits: [header-add: {name: X-A, value: a}, subject-tag: t]}", "", B,
     "DELIVER row=clean edits=footer/TEXT=f+subject-tag/TEXT=t+header-add/NAME=X-B/VALUE=b+header-add/NAME=X-A/VALUE=a"},
    {"1.1 no edits of what is not delivered", "{name: a, edits: [subject-tag: x]}, {name: b, then: reject}", "", B, "REJECT rule=b class=policy status=5.7.1 text=against the policy"},
    {"1.2 infected", NULL, VIRUS, B, "QUARANTINE row=infected class=virus text=words"},
    {"1.2 spam", NULL, SPAM, B, "QUARANTINE row=spam class=spam text=words"},
    {"1.2 policy", NULL, POLICY, B, "QUARANTINE row=policy class=policy text=words"},
    {"1.2 the worst counts", NULL, SPAM VIRUS, B, "QUARANTINE row=infected class=virus text=words"},
    {"1.2 transient", NULL, "fail=deadline", B, "DEFER row=incomplete class=incomplete text=not checked completely, try again after=300"},
    {"1.2 permanent", NULL, "gap=encrypted", B, "QUARANTINE row=unexaminable class=unexaminable text=encrypted"},
    {"1.3 deliver: clean", "{name: a, then: deliver}", "", B, "DELIVER rule=a"},
    {"1.3 deliver: not a virus", "{name: a, then: deliver}", VIRUS, B, "QUARANTINE row=infected class=virus text=words"},
    {"1.3 deliver: the next rule is asked", "{name: a, then: deliver}, {name: b, when: virus, then: discard}", VIRUS, B, "DISCARD rule=b class=virus text=words"},
    {"1.3 deliver despite spam", "{name: a, then: deliver, despite: spam}", SPAM, B, "DELIVER rule=a class=spam text=words mark=spam"},
    {"1.3 despite spam is not despite policy", "{name: a, then: deliver, despite: spam}", SPAM POLICY, B, "QUARANTINE row=policy class=policy text=words"},
    {"1.3 despite policy is despite structure", "{name: a, then: deliver, despite: [policy]}", "find=STRUCTURE:message:x", B, "DELIVER rule=a class=policy text=words mark=policy"},
    {"1.3 what is gapped needs unexaminable too", "{name: a, then: deliver, despite: [spam]}", SPAM " gap=encrypted", B, "QUARANTINE row=spam class=spam text=words"},
    {"1.3 gapped and despite both", "{name: a, then: deliver, despite: [spam, unexaminable]}", SPAM " gap=encrypted", B, "DELIVER rule=a class=spam text=words mark=spam"},
    {"1.3 despite unexaminable", "{name: a, then: deliver, despite: [unexaminable]}", "gap=encrypted", B, "DELIVER rule=a class=unexaminable text=encrypted mark=unexaminable"},
    {"1.3 transient is deferred", "{name: a, then: deliver, " ALLV "}", "fail=deadline", B, "DEFER rule=a class=incomplete text=not checked completely, try again after=300"},
    {"1.3 transient beside spam is deferred", "{name: a, then: deliver, despite: spam}", SPAM " fail=deadline", B, "DEFER rule=a class=incomplete text=not checked completely, try again after=300"},
    {"1.3 transient: no later rule takes it away", "{name: a, when: size > 1, then: deliver}, {name: b, then: discard}", "fail=deadline", B, "DEFER rule=a class=incomplete text=not checked completely, try again after=300"},
    {"1.3 transient beside a virus that is not despite", "{name: a, then: deliver}", VIRUS " fail=deadline", B, "QUARANTINE row=infected class=virus text=words"},
    {"1.3 a redirect is a delivery", "{name: a, then: redirect, to: z@z.example}", VIRUS, B, "QUARANTINE row=infected class=virus text=words"},
    {"1.4 cleaning: a conditional copy", "{name: a, then: deliver, edits: [part-remove: infected]}", PARTS VIRUS, B,
     "DELIVER rule=a class=virus text=words edits=part-remove#2:2 if=2 else(QUARANTINE row=infected class=virus text=words)"},
    {"1.4 cleaning: despite names what the copy may be", "{name: a, then: deliver, despite: [spam], edits: [part-remove: infected]}", PARTS VIRUS, B,
     "DELIVER rule=a class=virus text=words edits=part-remove#2:2 if=6 else(QUARANTINE row=infected class=virus text=words)"},
    {"1.4 cleaning: nothing to clean, the rule does not apply", "{name: a, then: deliver, edits: [part-remove: 'type:text/html']}", PARTS VIRUS, B, "QUARANTINE row=infected class=virus text=words"},
    {"1.4 cleaning: clean mail is delivered as it is", "{name: a, then: deliver, edits: [part-remove: infected]}", PARTS, B, "DELIVER rule=a"},
    {"1.4 cleaning: what later rules decide", "{name: a, then: deliver, edits: [part-remove: infected]}, {name: b, when: virus, then: reject, text: no}", PARTS VIRUS, B,
     "DELIVER rule=a class=virus text=words edits=part-remove#2:2 if=2 else(REJECT rule=b class=virus status=5.7.1 text=no)"},
    {"1.4 cleaning: two rules, one behind the other", "{name: a, then: deliver, edits: [part-clean: {select: infected, engine: attachment}]}, {name: b, then: deliver, edits: [part-remove: infected]}", PARTS VIRUS, B,
     "DELIVER rule=a class=virus text=words edits=part-clean#2:2/ENGINE=attachment if=2 else(DELIVER rule=b class=virus text=words edits=part-remove#2:2 if=2 else(QUARANTINE row=infected class=virus text=words))"},
    {"1.4 cleaning: its own edits do not go on", "{name: a, then: deliver, edits: [part-remove: infected, subject-tag: c]}, {name: b, edits: [subject-tag: d]}", PARTS VIRUS, B,
     "DELIVER rule=a class=virus text=words edits=part-remove#2:2+subject-tag/TEXT=c if=2 else(QUARANTINE row=infected class=virus text=words)"},
    {"1.4 cleaning: nothing transient", "{name: a, then: deliver, edits: [part-remove: infected]}", PARTS VIRUS " fail=x", B, "QUARANTINE row=infected class=virus text=words"},
    {"1.4 cleaning: html-disarm", "{name: a, then: deliver, edits: [html-disarm: leave]}", PARTS POLICY, B, "DELIVER rule=a class=policy text=words edits=html-disarm if=2 else(QUARANTINE row=policy class=policy text=words)"},
    {"1.5 reject", "{name: a, then: reject}", "", B, "REJECT rule=a class=policy status=5.7.1 text=against the policy"},
    {"1.5 reject, all keys", "{name: a, then: reject, status: 5.7.28, text: go away, dsn: no, otherwise: discard}", SPAM, B, "REJECT rule=a class=spam status=5.7.28 text=go away silent otherwise=DISCARD"},
    {"1.5 discard", "{name: a, then: discard}", "", B, "DISCARD rule=a class=policy"},
    {"1.5 quarantine", "{name: a, then: quarantine}", SPAM, B, "QUARANTINE rule=a class=spam text=words"},
    {"1.5 quarantine, all keys", "{name: a, then: quarantine, class: held, text: waits, otherwise: reject}", "", B, "QUARANTINE rule=a class=held text=waits otherwise=REJECT"},
    {"1.5 defer", "{name: a, then: defer}", "", B, "DEFER rule=a class=policy after=300"},
    {"1.5 defer after", "{name: a, then: defer, after: 1h}", "", B, "DEFER rule=a class=policy after=3600"},
    {"1.5 redirect", "{name: a, when: not expanded, then: redirect, to: z@z.example}", "", B, "REDIRECT rule=a to: z@z.example(DELIVER row=clean)"},
    {"1.5 redirect, sender", "{name: a, when: not expanded, then: redirect, to: z@z.example, sender: ''}", "", B, "REDIRECT rule=a sender=<> to: z@z.example(DELIVER row=clean)"},
    {"1.5 redirect: the member is rejected", "{name: a, when: not expanded, then: redirect, to: z@z.example}, {name: b, when: expanded, then: reject, text: no}", "", B, "REJECT rule=b class=policy status=5.7.1 text=no"},
    {"1.5 redirect by a table", "{name: a, then: redirect, to: 'table:moved'}", "", "old@y.example", "REDIRECT rule=a to: new@y.example(DELIVER row=clean)"},
    {"1.6 redirect by a table that has none", "{name: a, then: redirect, to: 'table:moved'}", "", B, "DELIVER row=clean"},
    {"1.6 a table's domain keeps the local part", "{name: a, then: redirect, to: 'table:moved'}", "", "x@old.example", "REDIRECT rule=a to: x@new.example(DELIVER row=clean)"},
    {"1.6 an address that would be too long is none", "{name: a, then: redirect, to: 'table:moved'}", "", A64 A64 A64 A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@far.example", "DELIVER row=clean"},
    {"1.6 a table with several", "{name: a, then: redirect, to: 'table:moved'}", "", "two@y.example", "EXPAND rule=a to: p@y.example(DELIVER row=clean) q@y.example(DELIVER row=clean)"},
    {"1.5 expand, alias", "{name: a, when: not expanded, then: expand, mode: alias, to: [p@y.example, q@z.example]}", "", B, "EXPAND rule=a to: p@y.example(DELIVER row=clean) q@z.example(DELIVER row=clean)"},
    {"1.5 expand, list", "{name: a, when: not expanded, then: expand, mode: list, sender: o@y.example, to: '@team'}", "", B,
     "EXPAND rule=a sender=<o@y.example> list: a@y.example(DELIVER row=clean) c@z.example(DELIVER row=clean) team@y.example(DELIVER row=clean)"},
    {"1.6 conversions for each member, members of one decision together", "{name: a, when: not expanded, then: expand, mode: alias, to: '@team'}, {name: in, when: recipient.domain == 'y.example', edits: [footer: inside]}, {name: out, when: recipient.domain == 'z.example', edits: [footer: outside]}", "", B,
     "EXPAND rule=a to: a@y.example(DELIVER row=clean edits=footer/TEXT=inside) team@y.example(DELIVER row=clean edits=footer/TEXT=inside) c@z.example(DELIVER row=clean edits=footer/TEXT=outside)"},
    {"1.6 a list that holds itself", "{name: a, when: recipient == 'team@y.example', then: expand, mode: alias, to: '@team'}", "", "team@y.example",
     "EXPAND rule=a to: a@y.example(DELIVER row=clean) c@z.example(DELIVER row=clean) team@y.example(DELIVER row=clean)"},
    {"1.6 loops end", "{name: a, when: recipient == 'p@y.example', then: redirect, to: q@y.example}, {name: b, when: recipient == 'q@y.example', then: redirect, to: p@y.example}", "", "p@y.example",
     "REDIRECT rule=a to: p@y.example(DELIVER row=clean)"},
    {"1.6 a list in a list, members that come twice", "{name: a, when: recipient == 'all@y.example', then: expand, mode: alias, to: [team@y.example, a@y.example, x@y.example]}, {name: t, when: recipient == 'team@y.example', then: expand, mode: list, sender: o@y.example, to: '@team'}", "", "all@y.example",
     "EXPAND rule=a to: a@y.example(DELIVER row=clean sender=<o@y.example>) c@z.example(DELIVER row=clean sender=<o@y.example>) team@y.example(DELIVER row=clean sender=<o@y.example>) x@y.example(DELIVER row=clean)"},
    {"1.6 a deferred member defers", "{name: a, when: not expanded, then: expand, mode: alias, to: [p@y.example, q@y.example]}, {name: d, when: recipient == 'q@y.example', then: defer}", "", B, "DEFER rule=d class=policy after=300"},
    {"1.6 original.recipient", "{name: a, when: not expanded, then: expand, mode: alias, to: [p@y.example]}, {name: o, when: original.recipient == 'b@y.example', edits: [subject-tag: '${original.recipient}']}", "", B, "EXPAND rule=a to: p@y.example(DELIVER row=clean edits=subject-tag/TEXT=b@y.example)"},
    {"1.6 more members than may be", "{name: a, when: not expanded, then: expand, mode: alias, to: '@many'}", "", B, "DEFER rule=a class=expansion text=over limits.members or limits.expansion-depth after=300"},
    {"1.6 too deep", "{name: a, when: recipient.local begins 'd', then: redirect, to: 'table:deep'}", "", "d1@y.example", "DEFER rule=a class=expansion text=over limits.members or limits.expansion-depth after=300"},
    {"1.7 store", "{name: a, store: [quarantine: q, archive: c, archive-original: o]}", "", B, "DELIVER row=clean store=quarantine-original:q store=archive:c store=archive-original:o"},
    {"1.7 a copy is archived where it is delivered", "{name: a, store: [quarantine: q, archive: c]}, {name: b, then: discard}", "", B, "DISCARD rule=b class=policy store=quarantine-original:q"},
    {"1.7 a cleaned copy, and the original kept", "{name: a, when: virus, then: deliver, edits: [part-remove: infected], store: [quarantine: virus]}", PARTS VIRUS, B,
     "DELIVER rule=a class=virus text=words edits=part-remove#2:2 store=quarantine-original:virus if=2 else(QUARANTINE row=infected class=virus text=words)"},
    {"1.8 names in texts", "{name: a, then: reject, text: '${rule} ${reference} ${disposition} ${findings} ${names} ${recipient} ${sender} ${size} ${score} ${virus} ${login}.'}", "from=a@x.example " PARTS POLICY SPAM, B,
     "REJECT rule=a class=policy status=5.7.1 text=a ref-1 REJECT attachment.refused-name, Bulk a.zip b@y.example a@x.example 1000 6.5 no ."},
    {"1.8 one line of printable text", "{name: a, then: reject, text: '${helo}'}", "helo=a\r\nX:\x01\xff\xe2\x80\xae" "b", B,
     "REJECT rule=a class=policy status=5.7.1 text=a  X: \xef\xbf\xbd b"},
    {"1.8 at most 512 octets", "{name: a, then: reject, text: '${helo}${helo}'}", "helo=" A600, B, "REJECT rule=a class=policy status=5.7.1 text=" A512 A512},
    {"1.8 in HTML", "{name: a, edits: [footer: {html: '<p>${header.subject}</p>'}]}", "fact=header.subject:<a&\"'>", B, "DELIVER row=clean edits=footer/HTML=<p>&lt;a&amp;&quot;&#39;&gt;</p>"},
    {"1.9 no MARK where the edits have the field", "{name: a, then: deliver, despite: spam, edits: [header-add: {name: x-content-check, value: s}]}", SPAM, B, "DELIVER rule=a class=spam text=words edits=header-add/NAME=x-content-check/VALUE=s"},
    {"2.1c infected parts of other readings", "{name: a, then: deliver, despite: virus, edits: [part-remove: infected]}", PARTS " other=text/html@3 within=application/x-msdownload:x.exe@3 find=VIRUS:clamav:Eicar:0:5", B,
     "DELIVER rule=a class=virus text=words mark=virus edits=part-remove#3:3"},
    {"2.1c part 0 selects nothing", "{name: a, then: deliver, despite: virus, edits: [part-remove: infected]}", PARTS " find=VIRUS:clamav:Eicar:0:0", B, "DELIVER rule=a class=virus text=words mark=virus"},
    {"2.1c by type and name", "{name: a, edits: [part-remove: {select: ['type:text/*', 'name:*.ZIP'], signed: break}]}", PARTS, B, "DELIVER row=clean edits=part-remove#2:3/SIGNED=break"},
    {"2.1c by finding", "{name: a, edits: [part-replace: {select: 'finding:attachment.*', text: '${names} gone'}]}, {name: b, then: deliver, despite: policy}", PARTS POLICY, B, "DELIVER rule=b class=policy text=words mark=policy edits=part-replace#3:3/TEXT=a.zip gone"},
    {"4.1c addresses by table", "{name: a, edits: [address: {table: moved}]}", "fact=header.from.address:old@y.example fact=header.to.address:x@old.example fact=header.to.address:z@z.example", B,
     "DELIVER row=clean edits=address/FIELDS=From/FIELDS=To/FIELDS=Cc/FIELDS=Reply-To/FIELDS=Sender/MAP=old@y.example/MAP=new@y.example/MAP=x@old.example/MAP=x@new.example"},
    {"4.1c addresses by domains", "{name: a, edits: [address: {domains: moved, fields: [From]}]}", "fact=header.from.address:q@old.example", B, "DELIVER row=clean edits=address/FIELDS=From/MAP=q@old.example/MAP=q@new.example"},
    {"4.1c addresses by pattern", "{name: a, edits: [address: {pattern: '^(.+)@old\\.example$', to: '$1@n.example', fields: To}]}", "fact=header.to.address:q@old.example fact=header.to.address:q@older.example", B, "DELIVER row=clean edits=address/FIELDS=To/MAP=q@old.example/MAP=q@n.example"},
    {"4.1c a pattern that gives up", "{name: a, edits: [address: {pattern: '^(a+)+e$', to: 'x@n.example', fields: To}]}", "fact=header.to.address:" A64 "@old.example", B, "QUARANTINE row=unexaminable class=unexaminable text=a part cannot be examined"},
    {"4.1c no address that changes, no edit", "{name: a, edits: [address: {table: moved}]}", "fact=header.from.address:z@z.example", B, "DELIVER row=clean"},
    {"5 our fields are taken out", NULL, "fact=mark.x-content-check:2", B, "DELIVER row=clean edits=marks/NAME=X-Content-Check"},
    {"5 our fields are not there", NULL, "fact=mark.x-content-check:0", B, "DELIVER row=clean"},
    {"5 a field that a rule adds is ours", "{name: a, edits: [header-add: {name: X-Ours, value: v}]}", "fact=mark.x-ours:1", B, "DELIVER row=clean edits=marks/NAME=X-Ours+header-add/NAME=X-Ours/VALUE=v"},
    {"6 a notice", "{name: a, when: spam, then: discard, notify: [{template: sender, to: sender}, {template: t, to: postmaster}]}", "from=a@x.example" SPAM, B,
     "DISCARD rule=a class=spam text=words note=0:a@x.example:Your message was not delivered as sent: DISCARD note=2:pm@y.example:about b@y.example"},
    {"6 a notice to the recipient", "{name: a, then: discard, notify: {template: t, to: recipient}}", "from=", B, "DISCARD rule=a class=policy note=1:b@y.example:about b@y.example"},
    {"6 none to the null sender", "{name: a, then: discard, notify: {template: t, to: sender}}", "from=", B, "DISCARD rule=a class=policy"},
    {"2.3 a pattern that gives up", "{name: a, when: \"header.subject matches '^(a+)+$'\", then: discard}", "fact=header.subject:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", B, "QUARANTINE row=unexaminable class=unexaminable text=a part cannot be examined"},
    {"9 rules are found by constants", "{name: a, when: recipient == 'x@y.example', then: discard}, {name: b, when: \"part.type in ['a/b', 'text/plain']\", edits: [subject-tag: b]}, {name: c, when: \"recipient.domain in ['q', 'y.example']\", edits: [subject-tag: c]}, {name: d, edits: [subject-tag: d]}", PARTS, B,
     "DELIVER row=clean edits=subject-tag/TEXT=b+subject-tag/TEXT=c+subject-tag/TEXT=d"},
    {"9 a rule that two constants lead to is asked once", "{name: b, when: \"part.type in ['application/zip', 'text/plain']\", edits: [subject-tag: b]}", PARTS, B, "DELIVER row=clean edits=subject-tag/TEXT=b"},
    {"9 more copies than may be", "{name: a, edits: [subject-tag: '${recipient}']}", "rcpts=2", "first@y.example", "DELIVER row=clean edits=subject-tag/TEXT=first@y.example"},
};
/* clang-format on */

static const char head[] =
    "lists:\n"
    "  team: {entries: [a@y.example, c@z.example, .z.example, team@y.example]}\n"
    "  many: {entries: [m1@z.example, m2@z.example, m3@z.example, m4@z.example, m5@z.example]}\n"
    "tables:\n"
    "  moved: {entries: {old@y.example: new@y.example, old.example: '@new.example', "
    "far.example: '@a-domain-with-a-name-that-is-longer.example', two@y.example: "
    "[p@y.example, q@y.example]}}\n"
    "  deep: {entries: {d1@y.example: d2@y.example, d2@y.example: d3@y.example, d3@y.example: "
    "d4@y.example, d4@y.example: d5@y.example}}\n"
    "templates: {t: {subject: 'about ${recipient}', text: '${names}'}}\n"
    "notices: {postmaster: pm@y.example}\n"
    "limits: {members: 4, expansion-depth: 3, copies: 2}\n"
    "channels: {c: {rules: [";

static void world_of(struct policy_world *world, const char *rules, const char *message)
{
    char yaml[8192];
    int length = snprintf(yaml, sizeof yaml, "%s%s]}}\n", head, rules != NULL ? rules : "");
    assert_in_range(length, 1, sizeof yaml - 1);
    world_open(world, yaml, message);
}

static void test_row(void **state)
{
    const struct decide_row *row = *state;
    struct policy_world world;
    char shown[SHOWN_BYTES];
    world_of(&world, row->rules, row->message);
    world_decide(&world, row->recipient, shown);
    assert_string_equal(shown, row->wanted);
    world_close(&world);
}

static const char *const recipients[] = {"a@y.example", "b@y.example", "B@y.example", "c@z.example",
                                         "old@y.example"};
enum { RECIPIENTS = sizeof recipients / sizeof *recipients };
static const char pure_rules[] =
    "{name: m, when: recipient == 'old@y.example', then: redirect, to: 'table:moved'},"
    "{name: i, when: recipient.domain == 'y.example', edits: [subject-tag: '${recipient.local}']},"
    "{name: f, edits: [footer: '${findings}', part-remove: infected]},"
    "{name: q, when: recipient.local == 'a', then: quarantine, text: '${recipient}'}";
static const char pure_message[] = PARTS SPAM " fact=mark.x-content-check:1";

/* All recipients, from one on, with one decider; each decision at its recipient's place. */
static void decide_from(struct policy_world *world, size_t from, char shown[][SHOWN_BYTES])
{
    AUTO(decider_free) struct decider *decider = NULL;
    assert_int_equal(decider_new(&world->input, &decider), STATUS_OK);
    for (size_t i = 0; i < RECIPIENTS; i++) {
        const struct decision *decision = NULL, *again = NULL;
        size_t at = (from + i) % RECIPIENTS;
        struct bytes recipient = bytes_of_text(recipients[at]);
        assert_int_equal(decider_decide(decider, recipient, &decision), STATUS_OK);
        assert_int_equal(decider_decide(decider, recipient, &again), STATUS_OK);
        assert_ptr_equal(decision, again);
        decision_show(decision, shown[at], SHOWN_BYTES);
    }
}

/* The same input in another order, and again: the same octets. */
static void test_pure(void **state)
{
    (void)state;
    static char first[RECIPIENTS][SHOWN_BYTES], other[RECIPIENTS][SHOWN_BYTES];
    for (size_t from = 0; from < RECIPIENTS; from++) {
        struct policy_world world;
        world_of(&world, pure_rules, pure_message);
        world.config->limits.copies = 10;
        decide_from(&world, from, from == 0 ? first : other);
        for (size_t i = 0; from > 0 && i < RECIPIENTS; i++)
            assert_string_equal(first[i], other[i]);
        world_close(&world);
    }
}

/* Recipients for whom the same holds share one decision and one list of edits. */
static void test_shared(void **state)
{
    (void)state;
    struct policy_world world;
    const struct decision *a = NULL, *b = NULL, *c = NULL, *d = NULL;
    world_of(&world,
             "{when: recipient.domain == 'y.example', edits: [subject-tag: y]}, {when: recipient "
             "== 'c@y.example', route: r}",
             "");
    AUTO(decider_free) struct decider *decider = NULL;
    assert_int_equal(decider_new(&world.input, &decider), STATUS_OK);
    assert_int_equal(decider_decide(decider, BYTES("a@y.example"), &a), STATUS_OK);
    assert_int_equal(decider_decide(decider, BYTES("b@y.example"), &b), STATUS_OK);
    assert_int_equal(decider_decide(decider, BYTES("c@y.example"), &c), STATUS_OK);
    assert_int_equal(decider_decide(decider, BYTES("c@z.example"), &d), STATUS_OK);
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(a, c);
    assert_ptr_equal(a->edits, c->edits);
    assert_null(d->edits);
    assert_ptr_equal(decider_edits(decider, 1), a->edits);
    assert_null(decider_edits(decider, 2));
    assert_int_equal(decider_count(decider), 3);
    decider_free(&decider);
    world_close(&world);
}

/* limits.copies is 2: the third list of edits is not made. */
static void test_copies(void **state)
{
    (void)state;
    struct policy_world world;
    const struct decision *decision = NULL;
    world_of(&world, "{name: a, edits: [subject-tag: '${recipient}']}", "");
    AUTO(decider_free) struct decider *decider = NULL;
    assert_int_equal(decider_new(&world.input, &decider), STATUS_OK);
    for (unsigned i = 0; i < 4; i++) {
        char recipient[32];
        snprintf(recipient, sizeof recipient, "%u@y.example", i);
        assert_int_equal(decider_decide(decider, bytes_of_text(recipient), &decision), STATUS_OK);
        assert_int_equal(decision->disposition, i < 2 ? DISPOSITION_DELIVER : DISPOSITION_DEFER);
    }
    assert_bytes(decision->class, BYTES("copies"));
    decider_free(&decider);
    world_close(&world);
}

struct needs_row {
    const char *name;
    const char *rules, *message;
    const char *wanted; /* symbols, a blank before each */
};

/* clang-format off */
static const struct needs_row needs_rows[] = {
    {"8 nothing is needed", NULL, "", ""},
    {"8 a note is not", NULL, "find=NOTE:alpha:n", ""},
    {"8 the virus", NULL, SPAM VIRUS, " Eicar"},
    {"8 two of one name go together", NULL, VIRUS VIRUS, " Eicar Eicar"},
    {"8 either makes it spam: both", NULL, SPAM " find=SPAM:alpha:Other", " Bulk Other"},
    {"8 the smaller set", "{name: a, when: score >= 7, then: reject}, {name: s, when: spam, then: reject, status: 5.1.1}", SPAM " find=NOTE:alpha:x:400 find=NOTE:alpha:y:300", " Bulk"},
    {"8 four are needed", "{name: a, when: \"finding.symbol in ['a', 'b', 'c', 'd']\", then: reject}", "find=NOTE:e:a find=NOTE:e:b find=NOTE:e:c find=NOTE:e:d find=NOTE:e:z", " a b c d"},
    {"8 a cap that was hit", NULL, "find=LIMIT:limit:parts", " parts"},
    {"8 a gap is no finding", NULL, "gap=encrypted find=LIMIT:alpha:encrypted", ""},
};
/* clang-format on */

static void test_needs(void **state)
{
    const struct needs_row *row = *state;
    struct policy_world world;
    char shown[SHOWN_BYTES] = "";
    const struct report_finding *const *needs = NULL;
    size_t count = 0;
    world_of(&world, row->rules, row->message);
    AUTO(decider_free) struct decider *decider = NULL;
    assert_int_equal(decider_new(&world.input, &decider), STATUS_OK);
    assert_int_equal(decider_needs(decider, BYTES(B), &needs, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        snprintf(shown + strlen(shown), sizeof shown - strlen(shown), " %.*s",
                 (int)needs[i]->symbol.size, (const char *)needs[i]->symbol.data);
    assert_string_equal(shown, row->wanted);
    decider_free(&decider);
    world_close(&world);
}

/* What a worker is asked. */
static void test_wants(void **state)
{
    (void)state;
    static const char *const wanted[] = {"header.subject", "header.from.address", "header.x-a",
                                         "mark.x-content-check", "mark.x-ours"};
    struct policy_world world;
    size_t count = 0;
    world_of(&world,
             "{when: header.Subject contains 'x', edits: [address: {table: moved, fields: from}]},"
             "{edits: [header-add: {name: X-Ours, value: '${header.X-A} ${header.subject}'}]}",
             "");
    const struct bytes *wants = decider_wants(world.input.channel, &count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_bytes(wants[i], bytes_of_text(wanted[i]));
    world_close(&world);
}

int main(int argc, char **argv)
{
    static struct rows all;
    ROWS_ADD(&all, rows, test_row);
    ROWS_ADD(&all, needs_rows, test_needs);
    rows_add_one(&all, "9 the same input, the same octets", test_pure);
    rows_add_one(&all, "9 equal decisions are one", test_shared);
    rows_add_one(&all, "9 limits.copies", test_copies);
    rows_add_one(&all, "2.5 wants", test_wants);
    return rows_run("policy_decide", &all, argc, argv);
}
