// SPDX-License-Identifier: Apache-2.0

//! Signing a call and giving it to the node's pool, or to the place of one that lies there.

use super::Chain;
use crate::{
	call::Call,
	error::ChainError,
	heads::Head,
	runtime::LIFETIME,
	sent::{Place, Sent},
	signer::Signer,
	types::AccountId,
};
use std::sync::{Arc, PoisonError};
use subxt::utils::AccountId32;

/// If finality is further behind, extrinsics are born at a younger block than the finalized one.
const MAX_BEHIND: u32 = 16;

/// What is offered for a call, and in whose place.
///
/// A node's pool holds one extrinsic of a signer and nonce. Another one takes its place only with a priority that is
/// *strictly higher*; else it is refused with code 1014 (and [`ChainError::is_stale`]). For the same call a tip that is at
/// least twice the one before, or at least 1 after none, is always enough in our runtime:
///
/// - Of the runtime's extensions only `ChargeTransactionPayment` sets a priority for a signed extrinsic. `CheckNonce`,
///   and the rollup's own `CheckRollup`, which lets obsolete calls go, give none; what they say is added up.
/// - All calls of the rollup's pallets are of the normal class. Their priority is (tip + 1) · n, where n is how many such
///   extrinsics a block holds, by weight or by length, whichever is less. The multiplier of fees has no part in it.
/// - The weight is the call's. A tip makes the extrinsic longer, by 16 bytes at most: where a block holds four or more of
///   them, as of the longest commit, n falls to three quarters of it at worst.
/// - (2·tip + 1) / (tip + 1) is 3/2 at least, and 3/2 · 3/4 > 1. No block holds 2^16 extrinsics, so up to [`Bid::MAX_TIP`]
///   the 64 bits of a priority are enough.
///
/// `tests/chain/tests/client/tips.rs` holds the runtime to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bid {
	/// In the smallest unit of the native token. It is paid whenever the call is in a block, and never given back, not even
	/// where the call gives back its fee.
	pub tip: u128,
	/// The nonce of an extrinsic of the same signer whose place is to be taken: [`Place::nonce`]. If the pool lacks one
	/// before it, for which all later ones wait, the call gets that nonce. None: behind all that the pool has of the
	/// signer.
	pub replaces: Option<u64>,
}

impl Bid {
	/// Above it the pool may tell tips apart no more.
	pub const MAX_TIP: u128 = 1 << 48;
}

impl Chain {
	/// Signs a call and gives it to the node's pool. It lives for 64 blocks. Several calls of one signer may be
	/// submitted at once; they keep the order in which they came here.
	///
	/// # Errors
	///
	/// [`ChainError::Rejected`] if the pool refuses it, [`ChainError::Encode`] if the runtime does not know the
	/// call; [`ChainError::Unreachable`], after which the pool may have the call or not.
	pub async fn submit(&self, call: &Call, signer: &Signer) -> Result<Sent, ChainError> {
		self.submit_with(call, signer, Bid::default()).await
	}

	/// [`Chain::submit`] with a tip, or in the place of an extrinsic that was sent before and waits in the pool. What was
	/// there then ends with [`ChainError::Replaced`].
	///
	/// # Errors
	///
	/// As [`Chain::submit`]. If the nonce is spent, as what was to be replaced is in a block, [`ChainError::is_stale`] is
	/// true.
	pub async fn submit_with(
		&self,
		call: &Call,
		signer: &Signer,
		bid: Bid,
	) -> Result<Sent, ChainError> {
		let lock = self.nonce_lock(signer.account());
		let _held = lock.lock().await;
		let best = self.best().await?;
		let runtime = best.runtime().await?;
		let birth = self.birth(best.head()).await?;
		let next = self.next_nonce(signer.account()).await?;
		let nonce = bid.replaces.map_or(next, |nonce| nonce.min(next));
		let bytes = runtime.sign_with(call, signer, nonce, bid.tip, birth)?;
		let sent = self.methods().author_submit_and_watch_extrinsic(&bytes).await;
		let watch = sent.map_err(|error| match self.error("author_submitExtrinsic", error) {
			ChainError::Refused { code, message, .. } => {
				ChainError::Rejected { code, reason: message }
			},
			other => other,
		})?;
		let place = Place::new(nonce, &bytes);
		Ok(Sent::new(self.clone(), place, birth, LIFETIME, watch))
	}

	/// The first nonce that neither the chain nor the pool has.
	async fn next_nonce(&self, account: AccountId) -> Result<u64, ChainError> {
		let nonce = self.methods().system_account_next_index(&AccountId32(account)).await;
		nonce.map_err(|error| self.error("system_accountNextIndex", error))
	}

	/// Where an extrinsic of now is born: at a block that stays, or nearly.
	async fn birth(&self, best: Head) -> Result<Head, ChainError> {
		let finalized = self.finalized().await?.head();
		if best.number.saturating_sub(finalized.number) <= MAX_BEHIND {
			return Ok(finalized);
		}
		Ok(self.at_number(best.number - MAX_BEHIND).await?.head())
	}

	fn nonce_lock(&self, account: AccountId) -> Arc<tokio::sync::Mutex<()>> {
		let mut locks = self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner);
		locks.entry(account).or_default().clone()
	}
}
