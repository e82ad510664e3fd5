/* The only list of engines: C and Meson both read it. One row is one folder engines/NAME with
 * `engine_NAME`. A build for tests (-DENGINE_SCRIPTED) has one more, from tests/support/scripted.
 */
#ifndef ENGINES_ENGINE_ROWS_H
#define ENGINES_ENGINE_ROWS_H

#define ENGINE_ROWS(row) row(clamav) row(attachment)

#endif
