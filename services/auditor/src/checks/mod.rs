// SPDX-License-Identifier: Apache-2.0

//! What must hold: functions of what was read, one file per family.
//!
//! | file | compares |
//! |---|---|
//! | `roots` | public data with the root of its header, headers with their parents |
//! | `solvency` | what is owed with the ledger and with custody; shares with their supply |
//! | `payments` | what was paid with the public data |
//! | `requests` | the queue with the chain's clock |
//! | `oracles` | certificates with the members' keys, and with what other chains have proven |
//! | `proofs` | proofs with the header's public inputs, on the plain curve |
//! | `progress` | blocks and chains with the clock |
//! | `notices` | nothing: what is announced, and what users should hear of |

pub mod notices;
pub mod oracles;
pub mod payments;
pub mod progress;
pub mod proofs;
pub mod requests;
pub mod roots;
pub mod solvency;
