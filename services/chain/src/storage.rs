// SPDX-License-Identifier: Apache-2.0

//! Items of a chain's storage: under which key they lie, and how to read them.

use crate::{
	error::ChainError,
	mirror::CircuitId,
	types::{AccountId, Circuit},
};
use ark_bls12_381::Bls12_381;
use ligature_primitives::{
	header::Digest,
	ids::{AccountIndex, BlockNumber, ChainId, PoolSlot, Side, TokenId},
};
use ligature_zk_verifier::PreparedVerifyingKey;
use subxt::{
	Metadata,
	ext::{
		frame_decode::storage::{IntoEncodableValues, decode_storage_value, encode_storage_key},
		scale_decode::DecodeAsType,
		scale_value::Value,
	},
};

/// An item of the storage.
pub struct Item<T> {
	/// Its key.
	pub key: Vec<u8>,
	read: fn(&[u8], &Metadata) -> Result<T, ChainError>,
}

impl<T> Item<T> {
	/// Reads what lies there.
	///
	/// # Errors
	///
	/// [`ChainError::Decode`].
	pub fn decode(&self, bytes: &[u8], metadata: &Metadata) -> Result<T, ChainError> {
		(self.read)(bytes, metadata)
	}
}

/// What is read of an account.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Account {
	data: AccountData,
}

/// What is read of an account's balances.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountData {
	free: u128,
}

/// What is read of an account of an asset.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AssetAccount {
	balance: u128,
}

/// What is read of what an asset is called.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AssetNames {
	symbol: Vec<u8>,
	decimals: u8,
}

/// The free native balance of an account.
///
/// # Errors
///
/// [`ChainError::Encode`] if the runtime has no such item; so do all items.
pub fn native_balance(metadata: &Metadata, account: AccountId) -> Result<Item<u128>, ChainError> {
	item(metadata, "System", "Account", (account,), |bytes, metadata| {
		Ok(stored::<Account>("System", "Account", bytes, metadata)?.data.free)
	})
}

/// The balance of an asset of an account.
///
/// # Errors
///
/// As [`native_balance`].
pub fn asset_balance(
	metadata: &Metadata,
	asset: u32,
	account: AccountId,
) -> Result<Item<u128>, ChainError> {
	item(metadata, "Assets", "Account", (asset, account), |bytes, metadata| {
		Ok(stored::<AssetAccount>("Assets", "Account", bytes, metadata)?.balance)
	})
}

/// Symbol and decimals of an asset.
///
/// # Errors
///
/// As [`native_balance`].
pub fn asset_names(metadata: &Metadata, asset: u32) -> Result<Item<(String, u8)>, ChainError> {
	item(metadata, "Assets", "Metadata", (asset,), |bytes, metadata| {
		let names = stored::<AssetNames>("Assets", "Metadata", bytes, metadata)?;
		Ok((String::from_utf8_lossy(&names.symbol).into_owned(), names.decimals))
	})
}

/// The chain's clock, in milliseconds since 1970.
///
/// # Errors
///
/// As [`native_balance`].
pub fn time(metadata: &Metadata) -> Result<Item<u64>, ChainError> {
	item(metadata, "Timestamp", "Now", (), |bytes, metadata| {
		stored("Timestamp", "Now", bytes, metadata)
	})
}

/// Who commits blocks.
///
/// # Errors
///
/// As [`native_balance`].
pub fn operators(metadata: &Metadata) -> Result<Item<Vec<AccountId>>, ChainError> {
	item(metadata, "Rollup", "Operators", (), |bytes, metadata| {
		stored("Rollup", "Operators", bytes, metadata)
	})
}

/// Who may halt.
///
/// # Errors
///
/// As [`native_balance`].
pub fn guardian(metadata: &Metadata) -> Result<Item<AccountId>, ChainError> {
	item(metadata, "Rollup", "Guardian", (), |bytes, metadata| {
		stored("Rollup", "Guardian", bytes, metadata)
	})
}

/// There if the oracles have barred the block from being proven on the chain.
///
/// # Errors
///
/// As [`native_balance`].
pub fn refusal(
	metadata: &Metadata,
	number: BlockNumber,
	hash: Digest,
) -> Result<Item<()>, ChainError> {
	item(metadata, "Rollup", "Refusals", (number.0, hash), |bytes, metadata| {
		stored("Rollup", "Refusals", bytes, metadata)
	})
}

/// There if a balance has left in exodus.
///
/// # Errors
///
/// As [`native_balance`].
pub fn paid_balance(
	metadata: &Metadata,
	account: AccountIndex,
	token: TokenId,
) -> Result<Item<()>, ChainError> {
	item(metadata, "Rollup", "PaidBalances", ((account.get(), token.0),), |bytes, metadata| {
		stored("Rollup", "PaidBalances", bytes, metadata)
	})
}

/// There if one side of an account's share in a pool has left in exodus.
///
/// # Errors
///
/// As [`native_balance`].
pub fn paid_liquidity(
	metadata: &Metadata,
	home: ChainId,
	slot: PoolSlot,
	side: Side,
	account: AccountIndex,
) -> Result<Item<()>, ChainError> {
	let key = (home.0, slot.0, side.number(), account.get());
	item(metadata, "Rollup", "PaidLiquidity", (key,), |bytes, metadata| {
		stored("Rollup", "PaidLiquidity", bytes, metadata)
	})
}

/// A verifying key, prepared; [`key_bytes`] makes the key of it.
///
/// # Errors
///
/// As [`native_balance`].
pub fn prepared_key(
	metadata: &Metadata,
	version: u16,
	circuit: Circuit,
) -> Result<Item<Vec<u8>>, ChainError> {
	let circuit = CircuitId::from(circuit);
	item(metadata, "ProofVerifier", "PreparedKeys", (version, circuit), |bytes, metadata| {
		stored("ProofVerifier", "PreparedKeys", bytes, metadata)
	})
}

/// The compressed verifying key of a prepared one: the bytes that were registered, which the digest names.
///
/// # Errors
///
/// [`ChainError::Decode`] if the bytes are no prepared key, or another one's.
pub fn key_bytes(prepared: &[u8], digest: &Digest) -> Result<Vec<u8>, ChainError> {
	let bad = |reason: String| ChainError::decode("a verifying key", reason);
	// Not to verify with: the digest of the points decides.
	let prepared = PreparedVerifyingKey::<Bls12_381>::from_trusted_bytes(prepared)
		.map_err(|error| bad(error.to_string()))?;
	let key = prepared.key();
	if key.digest() != *digest {
		return Err(bad("it has another digest than the chain says".into()));
	}
	Ok(key.to_bytes())
}

/// An event as the chain stores it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct EventRecord {
	pub phase: Phase,
	pub event: Value,
}

/// When in a block it happened.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) enum Phase {
	ApplyExtrinsic(u32),
	Finalization,
	Initialization,
}

/// The events of a block, as they are stored.
pub(crate) fn event_records(metadata: &Metadata) -> Result<Item<Vec<EventRecord>>, ChainError> {
	item(metadata, "System", "Events", (), |bytes, metadata| {
		stored("System", "Events", bytes, metadata)
	})
}

fn item<T>(
	metadata: &Metadata,
	pallet: &str,
	name: &str,
	keys: impl IntoEncodableValues,
	read: fn(&[u8], &Metadata) -> Result<T, ChainError>,
) -> Result<Item<T>, ChainError> {
	let key = encode_storage_key(pallet, name, keys, metadata, metadata.types())
		.map_err(|error| ChainError::encode(format!("the item {pallet}.{name}"), error))?;
	Ok(Item { key, read })
}

fn stored<T: DecodeAsType>(
	pallet: &str,
	name: &str,
	mut bytes: &[u8],
	metadata: &Metadata,
) -> Result<T, ChainError> {
	let bad = |reason: String| ChainError::decode(format!("the stored {pallet}.{name}"), reason);
	let value = decode_storage_value(
		pallet,
		name,
		&mut bytes,
		metadata,
		metadata.types(),
		T::into_visitor(),
	)
	.map_err(|error| bad(error.to_string()))?;
	if bytes.is_empty() { Ok(value) } else { Err(bad("there is more than the item".into())) }
}
