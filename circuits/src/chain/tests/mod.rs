// SPDX-License-Identifier: Apache-2.0

//! Tests of the chain circuit.
//!
//! | file | what it shows |
//! |---|---|
//! | `honest` | what the ledger does is accepted, with the header's public input |
//! | `world` | the network whose blocks are proven |

mod honest;
mod labels;
mod world;
