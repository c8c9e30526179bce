/// The figures, by subject; each function registers its benchmarks.
#pragma once

namespace strongroom::bench {

void register_sealing();               ///< protocol §3.6, one core
void register_tree();                  ///< RFC 6962 leaves and nodes, one core
void register_archive_verification();  ///< chains and a whole archive against Ed25519, one core
void register_intake();                ///< vault and sequencer against the disk
void register_parsing();               ///< other applications' material against the libraries alone
void register_serving();               ///< the real server over TLS: entries a second, memory

}  // namespace strongroom::bench
