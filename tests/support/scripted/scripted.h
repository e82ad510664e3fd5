/* The engine `scripted`: for tests only, never in a shipped program. It does what header lines of
 * the message tell it, so that a flow test says in the message what shall happen. The words are
 * below, in SCRIPTED_WORDS.
 *
 * Lines run in the order in which they stand; they must lie in the header section, each in one
 * line. An unknown word fails the engine. Of several lines about coverage the last one counts.
 * Without a line the leaves are examined and nothing is found.
 *
 * Facts: scan() says scripted.scans (how many scans this process has done, this one included);
 * conclude() says scripted.answer for each answer it got: its value, or "NIL". */
#ifndef TESTS_SUPPORT_SCRIPTED_H
#define TESTS_SUPPORT_SCRIPTED_H

#include "engines/engine.h"

/* clang-format off */
#define SCRIPTED_WORDS(row)                                                                        \
    row("clean", clean)               /* X-Script: clean                nothing */                 \
    row("virus", virus)               /* X-Script: virus NAME           class VIRUS, symbol NAME */ \
    row("policy", policy)             /* X-Script: policy NAME          class POLICY */            \
    row("structure", structure)       /* X-Script: structure NAME       class STRUCTURE */         \
    row("note", note)                 /* X-Script: note NAME            class NOTE */              \
    row("unexaminable", unexaminable) /* X-Script: unexaminable REASON  every leaf is */           \
    row("exempt", exempt)             /* X-Script: exempt RULE          every leaf is */           \
    row("silent", silent)             /* X-Script: silent               reports no coverage */     \
    row("fail", fail)                 /* X-Script: fail                 scan() fails at once */    \
    row("crash", crash)               /* X-Script: crash                abort() */                 \
    row("spin", spin)                 /* X-Script: spin                 CPU until killed */        \
    row("spin-ms", spin_ms)           /* X-Script: spin-ms N            CPU for N ms of it */      \
    row("sleep", sleep)               /* X-Script: sleep N              waits N ms */              \
    row("big", big)                   /* X-Script: big N                N findings, class AUTH */  \
    row("question", question)         /* X-Script: question KIND NAME   asks, no coverage;         \
                                         conclude() then examines */
/* clang-format on */

extern const struct engine engine_scripted;

#endif
