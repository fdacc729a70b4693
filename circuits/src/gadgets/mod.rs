// SPDX-License-Identifier: Apache-2.0

//! What the circuits are put together from.
//!
//! | module | what it shows |
//! |---|---|
//! | [`bits`] | that a number has so many bits; packing, comparing, selecting |
//! | [`curve`] | sums of points of JubJub |
//! | [`poseidon`] | that a word is the hash of others |
//! | [`signature`] | that an account's key signed a message |
//! | [`tree`] | that a tree with one leaf changed has another root |

pub mod bits;
pub mod curve;
pub mod poseidon;
pub mod signature;
pub mod tree;
