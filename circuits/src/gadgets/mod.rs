// SPDX-License-Identifier: Apache-2.0

//! What the circuits are put together from.
//!
//! | module | what it shows |
//! |---|---|
//! | [`bits`] | that a number has so many bits; packing, comparing, selecting |
//! | [`poseidon`] | that a word is the hash of others |

pub mod bits;
pub mod poseidon;
