// SPDX-License-Identifier: Apache-2.0

//! Tests of the chain circuit.
//!
//! | file | what it shows |
//! |---|---|
//! | `honest` | what the ledger does is accepted, with the header's public input |
//! | `attacks` | attacks by name, each refused by the rule that is meant |
//! | `mutations` | every single witness, changed on its own |
//! | `labels` | each rule refuses a forgery that all others let pass |
//! | `forge` | how witnesses are forged |
//! | `trace` | what does not belong together gives no witness |
//! | `world` | the network whose blocks are proven |

mod attacks;
mod forge;
mod honest;
pub(crate) mod labels;
mod mutations;
mod trace;
mod world;
