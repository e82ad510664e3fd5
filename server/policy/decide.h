/* Decide: a pure function from (verdict, findings, channel) to a disposition, the same for all
 * recipients here. The fixed table that stands where the policy language will be (spec/policy.md).
 *
 *     infected                      channel.infected        quarantine | reject | discard
 *     policy or structure finding   channel.policy          quarantine | reject | deliver with MARK
 *     spam                          channel.policy
 *     incomplete, transient         defer                   always: no error is ever clean
 *     incomplete, permanent         channel.unexaminable    quarantine | reject | defer | deliver
 * with MARK clean                         deliver */
#ifndef SERVER_POLICY_DECIDE_H
#define SERVER_POLICY_DECIDE_H

#include "protocol/reply.h"
#include "server/config/config.h"

/* accept: bits 1 << DISPOSITION_x that the client can perform (all ones: not told).
 * STATUS_UNSUPPORTED when what the table wants is not among them and DEFER is not either; what is
 * not accepted falls back to DEFER. Texts borrow the report. */
MUST_CHECK enum status decide(struct verdict verdict, const struct report *report,
                              const struct config_channel *channel, unsigned accept,
                              struct reply_result *result);

#endif
