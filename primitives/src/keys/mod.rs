// SPDX-License-Identifier: Apache-2.0

//! Keys and signatures of L2 accounts.

mod encoded;

pub use encoded::{PublicKey, Signature};
