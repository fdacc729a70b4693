// SPDX-License-Identifier: Apache-2.0

//! What the circuits are put together from.
//!
//! | module | what it shows |
//! |---|---|
//! | [`bits`] | that a number has so many bits; packing, comparing, selecting |

pub mod bits;
