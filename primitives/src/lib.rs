// SPDX-License-Identifier: Apache-2.0

//! What every part of Ligature agrees on.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

pub mod poseidon;
