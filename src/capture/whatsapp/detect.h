/// Is this an exported chat? By content: most lines of a log, a mail box or a table fail one of these questions.
#pragma once

#include <vector>

#include "capture/parser.h"

namespace strongroom::capture::whatsapp {

/// `Parser::detect`: the surest file decides. 0 = no; 50-95 by how many header lines have authors or known wordings.
int detect(const std::vector<InputFile>& files);

}  // namespace strongroom::capture::whatsapp
