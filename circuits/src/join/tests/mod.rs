// SPDX-License-Identifier: Apache-2.0

//! Tests of the join circuit.
//!
//! | module | shows |
//! |---|---|
//! | `blocks` | blocks of the ledger for the others |
//! | `honest` | what the ledger did is accepted, and the public input is the header's |
//! | `attacks` | what no ledger does is refused, by the rule that is meant |
//! | `forgeries` | every rule is needed: without it a forged witness passes |
//! | `order` | the order of the operations is found |
//! | `shape` | sizes and digests |

mod attacks;
mod blocks;
pub(crate) mod forgeries;
mod honest;
mod order;
mod shape;
