// SPDX-License-Identifier: Apache-2.0

//! What happens to a whole network, each story on one of its own. One program, so that what they share is compiled once.
//!
//! | module | what it tells |
//! |---|---|
//! | `story` | a trade across chains, from deposit to payout; what the operator refuses a wallet |
//! | `kills` | any process dies at any moment |
//! | `lies` | the operator's key lies |
//! | `oracles` | oracles lie, alone and together |
//! | `outages` | a chain is away, blocks are filled, sockets are flooded |
//! | `audit` | an auditor names each lie, and halts |
//! | `recovery` | a new operator goes on from the chains alone |
//! | `exodus` | the operators are gone, or oracles too: everybody leaves |

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod audit;
mod exodus;
mod kills;
mod lies;
mod oracles;
mod outages;
mod recovery;
mod story;
