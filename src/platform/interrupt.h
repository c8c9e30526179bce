/// What a person who stops a long command is told.
#pragma once

namespace strongroom::platform {

/// From now on SIGINT, SIGTERM and SIGHUP write `said` to standard error and end the program at once, with 128 plus the
/// signal: for commands that may be killed anywhere. `said` ends with a newline and lives as long as the program.
void on_interrupt_say(const char* said);

}  // namespace strongroom::platform
