// SPDX-License-Identifier: Apache-2.0

//! The native token, and the assets that exist on the development chains.

#![deny(missing_docs)]

use crate::{AssetId, Balance};

pub use crate::native_token::{DECIMALS, SYMBOL};

/// SS58 address type: the generic one of Substrate.
pub const SS58_PREFIX: u8 = 42;

/// One LIG in units.
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of a LIG.
pub const MILLI: Balance = UNIT / 1_000;
/// A millionth of a LIG.
pub const MICRO: Balance = UNIT / 1_000_000;

/// An account with less than this does not exist: keeps the state free of dust.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;

/// An asset that a development preset creates.
pub struct KnownAsset {
	/// Identifier on its chain.
	pub id: AssetId,
	/// Name, as wallets show it.
	pub name: &'static str,
	/// Ticker.
	pub symbol: &'static str,
	/// Decimals: one whole token is 10^decimals units.
	pub decimals: u8,
	/// Least balance of an account in units. An account that holds it needs no LIG to exist.
	pub min_balance: Balance,
}

impl KnownAsset {
	/// `whole` tokens in units.
	pub const fn units(&self, whole: Balance) -> Balance {
		whole * 10u128.pow(self.decimals as u32)
	}
}

/// Assets of the chain `alpha`.
pub const ALPHA_ASSETS: [KnownAsset; 2] = [
	KnownAsset { id: 1, name: "Tether USD", symbol: "USDT", decimals: 6, min_balance: 10_000 },
	KnownAsset { id: 2, name: "Wrapped Bitcoin", symbol: "WBTC", decimals: 8, min_balance: 100 },
];

/// Assets of the chain `beta`.
pub const BETA_ASSETS: [KnownAsset; 2] = [
	KnownAsset { id: 1, name: "USD Coin", symbol: "USDC", decimals: 6, min_balance: 10_000 },
	KnownAsset {
		id: 2,
		name: "Wrapped Ether",
		symbol: "WETH",
		decimals: 18,
		min_balance: 1_000_000_000_000,
	},
];
