/* The engine `scripted`: for tests only, never in a shipped program. It does what header lines of
 * the message tell it, so that a flow test says in the message what shall happen:
 *
 *     X-Script: clean                 nothing; so does a message without such a line
 *     X-Script: virus NAME            a finding of class VIRUS, symbol NAME; the leaves are
 * examined X-Script: policy NAME           the same of class POLICY X-Script: structure NAME the
 * same of class STRUCTURE X-Script: unexaminable REASON   every leaf is X-Script: exempt RULE every
 * leaf is X-Script: silent                reports no coverage X-Script: fail scan() returns
 * STATUS_ENGINE, at once X-Script: crash                 abort() X-Script: spin uses the CPU until
 * killed X-Script: spin-ms N             uses the CPU for N milliseconds of it X-Script: sleep N
 * waits N milliseconds X-Script: big N                 N findings of class AUTH, "scripted.big",
 * that change no verdict X-Script: question KIND NAME    asks, reports no coverage; conclude() says
 * examined
 *
 * Lines run in the order in which they stand; they must lie in the header section, each in one
 * line. An unknown word fails the engine. Of several lines about coverage the last one counts.
 *
 * Facts: scan() says scripted.scans (how many scans this process has done, this one included);
 * conclude() says scripted.answer for each answer it got: its value, or "NIL". */
#ifndef TESTS_SUPPORT_SCRIPTED_H
#define TESTS_SUPPORT_SCRIPTED_H

#include "engines/engine.h"

extern const struct engine engine_scripted;

#endif
