/* Every fact of spec/policy.md 2.5: the table in the manual is made from these rows. A name that
 * ends with a dot is a family.
 *
 *  row("name", "form for the manual", TYPE, MANY or ONE, MESSAGE or RECIPIENT, function, "help") */
#ifndef SERVER_POLICY_FACT_ROWS_H
#define SERVER_POLICY_FACT_ROWS_H

/* clang-format off */
#define FACT_ROWS(row)                                                                             \
    row("recipient", NULL, TEXT, ONE, RECIPIENT, recipient, "the recipient, or the member")        \
    row("recipient.local", NULL, TEXT, ONE, RECIPIENT, recipient_local, "its local part")          \
    row("recipient.domain", NULL, TEXT, ONE, RECIPIENT, recipient_domain, "its domain")            \
    row("recipient.organisation", NULL, TEXT, ONE, RECIPIENT, recipient_organisation,              \
        "the organisation that it belongs to")                                                     \
    row("original.recipient", NULL, TEXT, ONE, RECIPIENT, original_recipient,                      \
        "of a member, the recipient that was redirected or expanded")                              \
    row("expanded", NULL, BOOLEAN, ONE, RECIPIENT, expanded, "it is a member")                     \
    row("direction", NULL, TEXT, ONE, RECIPIENT, direction,                                        \
        "`inbound`, `outbound`, `internal`, `relay`; unknown where there is no organisation")      \
    row("sender", NULL, TEXT, ONE, MESSAGE, sender, "the reverse-path; `''` is the null one")      \
    row("sender.local", NULL, TEXT, ONE, MESSAGE, sender_local, "its local part")                  \
    row("sender.domain", NULL, TEXT, ONE, MESSAGE, sender_domain, "its domain")                    \
    row("sender.organisation", NULL, TEXT, ONE, MESSAGE, sender_organisation,                      \
        "the organisation that its domain belongs to")                                             \
    row("client.address", NULL, NETWORK, ONE, MESSAGE, client_address,                             \
        "of the client that handed the message in; compared with addresses and networks")          \
    row("client.name", NULL, TEXT, ONE, MESSAGE, client_name, "its verified name")                 \
    row("helo", NULL, TEXT, ONE, MESSAGE, helo, "what it said in HELO or EHLO")                    \
    row("login", NULL, TEXT, ONE, MESSAGE, login, "the user that it authenticated as")             \
    row("protocol", NULL, TEXT, ONE, MESSAGE, protocol, "`ESMTP`, `ESMTPSA`")                      \
    row("queue-id", NULL, TEXT, ONE, MESSAGE, queue_id, "the client's name for the message")       \
    row("channel", NULL, TEXT, ONE, MESSAGE, channel, "the channel of the check")                  \
    row("recipients", NULL, NUMBER, ONE, MESSAGE, recipients, "recipients of the check")           \
    row("size", NULL, NUMBER, ONE, MESSAGE, size, "octets of the message")                         \
    row("verdict", NULL, TEXT, ONE, MESSAGE, verdict,                                              \
        "`infected`, `policy`, `spam`, `incomplete`, `clean`")                                     \
    row("virus", NULL, BOOLEAN, ONE, MESSAGE, virus, "there is a finding of the class VIRUS")      \
    row("policy", NULL, BOOLEAN, ONE, MESSAGE, policy, "of the class POLICY")                      \
    row("spam", NULL, BOOLEAN, ONE, MESSAGE, spam, "of the class SPAM")                            \
    row("structure", NULL, BOOLEAN, ONE, MESSAGE, structure, "of the class STRUCTURE")             \
    row("auth", NULL, BOOLEAN, ONE, MESSAGE, auth, "of the class AUTH")                            \
    row("incomplete", NULL, BOOLEAN, ONE, MESSAGE, incomplete, "something was not examined")       \
    row("incomplete.transient", NULL, BOOLEAN, ONE, MESSAGE, incomplete_transient,                 \
        "because something failed")                                                                \
    row("incomplete.permanent", NULL, BOOLEAN, ONE, MESSAGE, incomplete_permanent,                 \
        "because nobody can")                                                                      \
    row("score", NULL, NUMBER, ONE, MESSAGE, score,                                                \
        "points of all findings; thousandths are kept: `score >= 6.5`")                            \
    row("finding", NULL, TEXT, MANY, MESSAGE, finding, "`engine:symbol` of every finding")         \
    row("finding.symbol", NULL, TEXT, MANY, MESSAGE, finding_symbol, "the symbols alone")          \
    row("finding.engine", NULL, TEXT, MANY, MESSAGE, finding_engine, "the engines alone")          \
    row("coverage.reason", NULL, TEXT, MANY, MESSAGE, coverage_reason,                             \
        "why parts were not examined: `encrypted`, `size-limit`")                                  \
    row("part.type", NULL, TEXT, MANY, MESSAGE, part_type, "of every part in every reading")       \
    row("part.name", NULL, TEXT, MANY, MESSAGE, part_name, "every name that a part could have")    \
    row("part.charset", NULL, TEXT, MANY, MESSAGE, part_charset, "as declared")                    \
    row("parts", NULL, NUMBER, ONE, MESSAGE, parts, "how many parts there are")                    \
    row("attachment", NULL, BOOLEAN, ONE, MESSAGE, attachment, "a part has the name of a file")    \
    row("attachment.name", NULL, TEXT, MANY, MESSAGE, attachment_name, "names of files")           \
    row("attachment.extension", NULL, TEXT, MANY, MESSAGE, attachment_extension,                   \
        "extensions that files, also within archives, could have, without the dot")                \
    row("attachment.type", NULL, TEXT, MANY, MESSAGE, attachment_type,                             \
        "declared media types of files, and the kinds of content that were found: `pdf`, `zip`")   \
    row("attachment.", "attachment.WORD", BOOLEAN, ONE, MESSAGE, attachment_word,                  \
        "a file is of that class of content, or the engine `attachment` has a finding of that "    \
        "name or one below it")                                                                    \
    row("header.", "header.NAME", TEXT, MANY, MESSAGE, line,                                  \
        "decoded value of each such field; `header.NAME.address`, `.domain` and `.name`: of each " \
        "mailbox in it")                                                                           \
    row("fact.", "fact.NAME", TEXT, MANY, MESSAGE, line,                                      \
        "what engines report as FACT of that name")

/* Words that attachment.WORD may have: classes of content, then symbols of the engine. */
#define ATTACHMENT_WORD_ROWS(row)                                                                  \
    row("archive") row("audio") row("crypto") row("disk-image") row("document") row("executable")  \
    row("font") row("image") row("mail") row("script") row("shortcut") row("source")               \
    row("video")                                                                                   \
    row("archive-deceptive") row("archive-odd") row("broken") row("encrypted")                     \
    row("encrypted-content") row("encrypted-names") row("entry-size") row("html-download")         \
    row("macro") row("macro-autorun") row("name-deceptive") row("nested") row("opaque-signed")     \
    row("refused-name") row("refused-type") row("remote-template") row("signed")                   \
    row("too-large") row("too-many") row("type-deceptive") row("type-mismatch")                    \
    row("unsupported")
/* clang-format on */

#endif
