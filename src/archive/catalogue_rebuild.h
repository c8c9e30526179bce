/// Bringing the catalogue up to the ledger (protocol §4.3): after a crash, or from nothing.
#pragma once

#include "archive/catalogue.h"
#include "archive/sequencer.h"
#include "platform/file_system.h"

namespace strongroom::archive {

/// Opens the catalogue at `path` and adds every leaf it lacks, from the vault's frames and the headers; no body is
/// read. A catalogue that is damaged, ahead of the ledger or of another ledger is deleted and made anew.
/// `corrupt` if the vault has lost a header that a leaf names.
Result<std::unique_ptr<Catalogue>> open_catalogue(const std::string& path, platform::FileSystem& files,
                                                  const Vault& vault, Sequencer& sequencer);

}  // namespace strongroom::archive
