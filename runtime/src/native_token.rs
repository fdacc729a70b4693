// SPDX-License-Identifier: Apache-2.0

//! What wallets show of the native token. A file of its own, as the build script reads it too: both
//! values are hashed into what a hardware wallet signs (feature `metadata-hash`).

/// Symbol of the native token.
pub const SYMBOL: &str = "LIG";
/// Decimals of the native token: one LIG is 10^12 units.
pub const DECIMALS: u8 = 12;
