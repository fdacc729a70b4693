// SPDX-License-Identifier: Apache-2.0

//! The ledger.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub mod tree;
