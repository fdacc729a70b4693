// SPDX-License-Identifier: Apache-2.0

//! What a runtime can be asked. Most goes to the runtime API `RollupApi`; what it lacks the view functions of the pallets
//! tell.

use crate::{
	error::ChainError,
	mirror::{self, Mirror},
	query::{Query, api, api_answer, meant, refused, view, view_answer},
	types::{AccountId, BlockStatus, Epoch, Identity, Key, Pool, Request, Status, Token, Votes},
};
use ligature_primitives::ids::{BlockNumber, PoolSlot, TokenId};
use subxt::Metadata;

/// Where the rollup stands.
///
/// # Errors
///
/// [`ChainError::Encode`] if the runtime has no such function; so do all questions.
pub fn status(metadata: &Metadata) -> Result<Query<Status>, ChainError> {
	api(metadata, "status", (), |answer, metadata| {
		meant::<mirror::Status>("status", answer, metadata)
	})
}

/// What the chain knows about a block.
///
/// # Errors
///
/// As [`status`].
pub fn block(
	metadata: &Metadata,
	number: BlockNumber,
) -> Result<Query<Option<BlockStatus>>, ChainError> {
	api(metadata, "block_status", (number.0,), |answer, metadata| {
		meant::<Option<mirror::BlockStatus>>("block_status", answer, metadata)
	})
}

/// What an account may claim.
///
/// # Errors
///
/// As [`status`].
pub fn pending_funds(
	metadata: &Metadata,
	account: AccountId,
) -> Result<Query<Vec<(TokenId, u128)>>, ChainError> {
	api(metadata, "pending_funds", (account,), |answer, metadata| {
		let funds = meant::<Vec<(u16, u128)>>("pending_funds", answer, metadata)?;
		Ok(funds.into_iter().map(|(token, amount)| (TokenId(token), amount)).collect())
	})
}

/// The requests from `first` on.
///
/// # Errors
///
/// As [`status`].
pub fn requests(
	metadata: &Metadata,
	first: u64,
	limit: u32,
) -> Result<Query<Vec<(u64, Request)>>, ChainError> {
	api(metadata, "requests", (first, limit), |answer, metadata| {
		meant::<Vec<(u64, mirror::Request)>>("requests", answer, metadata)
	})
}

/// The tokens, without symbols and decimals.
///
/// # Errors
///
/// As [`status`].
pub fn tokens(metadata: &Metadata) -> Result<Query<Vec<Token>>, ChainError> {
	api(metadata, "tokens", (), |answer, metadata| {
		let tokens = api_answer::<Vec<(u16, mirror::Token, u128)>>("tokens", answer, metadata)?;
		let token = |(id, token, owed)| Token {
			id: TokenId(id),
			asset: match token {
				mirror::Token::Native => None,
				mirror::Token::Asset(asset) => Some(asset),
			},
			owed,
			symbol: String::new(),
			decimals: 0,
		};
		Ok(tokens.into_iter().map(token).collect())
	})
}

/// The pools.
///
/// # Errors
///
/// As [`status`].
pub fn pools(metadata: &Metadata) -> Result<Query<Vec<(PoolSlot, Pool)>>, ChainError> {
	api(metadata, "pools", (), |answer, metadata| {
		let pools = meant::<Vec<(u16, mirror::Pool)>>("pools", answer, metadata)?;
		Ok(pools.into_iter().map(|(slot, pool)| (PoolSlot(slot), pool)).collect())
	})
}

/// Who signed the certificate of a block.
///
/// # Errors
///
/// As [`status`].
pub fn votes(metadata: &Metadata, number: BlockNumber) -> Result<Query<Option<Votes>>, ChainError> {
	api(metadata, "votes", (number.0,), |answer, metadata| {
		meant::<Option<mirror::Votes>>("votes", answer, metadata)
	})
}

/// The network of the chain.
///
/// # Errors
///
/// As [`status`].
pub fn identity(metadata: &Metadata) -> Result<Query<Option<Identity>>, ChainError> {
	view(metadata, "Rollup", "identity", (), |answer, metadata| {
		let identity =
			view_answer::<Option<mirror::Identity>>("Rollup", "identity", answer, metadata)?;
		identity.meaning().map_err(|refusal| refused("the identity", refusal))
	})
}

/// The account that holds the funds.
///
/// # Errors
///
/// As [`status`].
pub fn custody(metadata: &Metadata) -> Result<Query<AccountId>, ChainError> {
	view(metadata, "Rollup", "custody", (), |answer, metadata| {
		view_answer("Rollup", "custody", answer, metadata)
	})
}

/// The epochs, without members.
///
/// # Errors
///
/// As [`status`].
pub fn epochs(metadata: &Metadata) -> Result<Query<Vec<Epoch>>, ChainError> {
	view(metadata, "RootOracle", "epochs", (), |answer, metadata| {
		let epochs = view_answer::<Vec<mirror::Epoch>>("RootOracle", "epochs", answer, metadata)?;
		epochs.meaning().map_err(|refusal| refused("the epochs", refusal))
	})
}

/// The members of an epoch.
///
/// # Errors
///
/// As [`status`].
pub fn members_of(
	metadata: &Metadata,
	epoch: u32,
) -> Result<Query<Option<Vec<[u8; 32]>>>, ChainError> {
	view(metadata, "RootOracle", "members_of", (epoch,), |answer, metadata| {
		view_answer("RootOracle", "members_of", answer, metadata)
	})
}

/// The verifying keys, in no order, without their bytes; whether one is usable depends on the block.
///
/// # Errors
///
/// As [`status`].
pub fn keys(metadata: &Metadata) -> Result<Query<Vec<Key>>, ChainError> {
	view(metadata, "ProofVerifier", "keys", (), |answer, metadata| {
		type Listed = Vec<(u16, mirror::CircuitId, mirror::KeyInfo)>;
		let keys = view_answer::<Listed>("ProofVerifier", "keys", answer, metadata)?;
		let key = |(version, circuit, info): (_, mirror::CircuitId, mirror::KeyInfo)| {
			Ok(Key {
				version,
				circuit: circuit.meaning().map_err(|refusal| refused("a circuit", refusal))?,
				digest: info.digest,
				bytes: Vec::new(),
				usable: false,
				usable_from: info.usable_from,
				retired: info.retired,
				development: matches!(info.origin, mirror::KeyOrigin::Development),
			})
		};
		keys.into_iter().map(key).collect()
	})
}
