/// What libraries of connectors must do once and may not do in the cage.
#pragma once

namespace strongroom::capture {

/// To be called before the worker confines itself and before it has read a byte: GMime sets up GPGME, which looks at
/// a signal's handler. Elsewhere (tests) the first parse does the same.
void prepare();

}  // namespace strongroom::capture
