// SPDX-License-Identifier: Apache-2.0

//! Calls on the chains: deposits, full exits, keys, pools, claims. They need no operator.

use std::time::Duration;

use futures::future::try_join_all;
use ligature_chain::{Call, Head, RollupEvent, Sent};
use ligature_primitives::{
	amount::Amount,
	header::Digest,
	ids::{AccountIndex, ChainId, Owner, Side},
	pool::PoolParams,
};
use tokio::time::{Instant, sleep};

use super::{
	Session, Token,
	trouble::{chain_trouble, dispatch_trouble},
};
use crate::{failure::Failure, wallet::Wallet};

/// How long a call may take until it is final.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a chain is asked.
const PAUSE: Duration = Duration::from_millis(800);

/// A call that a chain has included and finalized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
	/// The chain.
	pub chain: ChainId,
	/// Hash of the extrinsic.
	pub hash: Digest,
	/// The block that holds it.
	pub block: Head,
	/// Its place in the priority queue, if it asks for something there.
	pub request: Option<u64>,
}

/// A call that a chain's pool has taken.
pub struct Submitted {
	chain: ChainId,
	sent: Sent,
}

impl Submitted {
	/// Hash of the extrinsic.
	pub fn hash(&self) -> Digest {
		self.sent.hash()
	}
}

/// How far a request shall come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestGoal {
	/// In a block that its chain has committed: the ledger has done it.
	Committed,
	/// Executed: what it pays is paid.
	Executed,
}

impl Session {
	/// Deposits a token for an owner; with `key` the wallet's key is set, which needs the owner to be the wallet's.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] by the chain, [`Failure::Unreachable`].
	pub async fn deposit(
		&self,
		wallet: &Wallet,
		token: &Token,
		to: Owner,
		amount: Amount,
		key: bool,
	) -> Result<Requested, Failure> {
		let key = key.then(|| wallet.key());
		let call = Call::Deposit { token: token.id, owner: to, amount, key };
		self.call(wallet, token.chain, &call).await
	}

	/// Asks for the whole balance of a token of an account, or for the liquidity behind shares.
	///
	/// # Errors
	///
	/// As [`Session::deposit`].
	pub async fn full_exit(
		&self,
		wallet: &Wallet,
		token: &Token,
		account: AccountIndex,
	) -> Result<Requested, Failure> {
		let call = Call::RequestFullExit { account, token: token.id };
		self.call(wallet, token.chain, &call).await
	}

	/// Sets the key of an account; none: of any of the owner's accounts, or of a new one.
	///
	/// # Errors
	///
	/// As [`Session::deposit`].
	pub async fn set_key(
		&self,
		wallet: &Wallet,
		chain: ChainId,
		account: Option<AccountIndex>,
	) -> Result<Requested, Failure> {
		let call = Call::ChangePubKey { account, key: wallet.key() };
		self.call(wallet, chain, &call).await
	}

	/// Asks for the sides of a pool that nobody has asked for yet, each on its chain. None: there is nothing to do.
	///
	/// # Errors
	///
	/// As [`Session::deposit`]. What was asked for on the other chain stays asked for.
	pub async fn create_pool(
		&self,
		wallet: &Wallet,
		params: PoolParams,
	) -> Result<Vec<Requested>, Failure> {
		let missing = self.missing_sides(params).await?;
		try_join_all(missing.iter().map(|(id, call)| self.call(wallet, *id, call))).await
	}

	/// The calls that ask for the sides of a pool that nobody has asked for yet.
	///
	/// # Errors
	///
	/// If a chain does not answer.
	pub async fn missing_sides(&self, params: PoolParams) -> Result<Vec<(ChainId, Call)>, Failure> {
		let mut missing = Vec::new();
		for side in [Side::Zero, Side::One] {
			let id = params.chain(side);
			let trouble = |error| chain_trouble(&self.chain_name(id), error);
			let at = self.chain(id).await?.best().await.map_err(trouble)?;
			let pools = at.pools().await.map_err(trouble)?;
			if !pools.iter().any(|(_, pool)| (pool.params, pool.side) == (params, side)) {
				missing.push((id, Call::CreatePool { params, side }));
			}
		}
		Ok(missing)
	}

	/// Pays what is pending for the wallet because a payment failed.
	///
	/// # Errors
	///
	/// As [`Session::deposit`].
	pub async fn claim(
		&self,
		wallet: &Wallet,
		token: &Token,
		to: Option<Owner>,
	) -> Result<Requested, Failure> {
		let call = Call::Claim { token: token.id, to: to.map(|owner| owner.0) };
		self.call(wallet, token.chain, &call).await
	}

	/// Signs and sends a call, and waits until it is final.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] if the pool or the runtime refuses it; [`Failure::Failed`] if it is not final in time.
	pub async fn call(
		&self,
		wallet: &Wallet,
		id: ChainId,
		call: &Call,
	) -> Result<Requested, Failure> {
		self.finalized(self.submit(wallet, id, call).await?).await
	}

	/// Signs and sends a call.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] if the chain's pool refuses it.
	pub async fn submit(
		&self,
		wallet: &Wallet,
		id: ChainId,
		call: &Call,
	) -> Result<Submitted, Failure> {
		let sent = self.chain(id).await?.submit(call, wallet.signer()).await;
		let sent = sent.map_err(|error| chain_trouble(&self.chain_name(id), error))?;
		Ok(Submitted { chain: id, sent })
	}

	/// Waits until a call is final.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] if the runtime refuses it; [`Failure::Failed`] if it is not final in time.
	pub async fn finalized(&self, mut submitted: Submitted) -> Result<Requested, Failure> {
		let name = self.chain_name(submitted.chain);
		let included = submitted.sent.finalized(PATIENCE).await;
		let included = included.map_err(|error| chain_trouble(&name, error))?;
		included.outcome.map_err(|error| dispatch_trouble(&name, &error))?;
		let request = included.events.iter().find_map(|event| match event.rollup() {
			Some(RollupEvent::RequestQueued { index, .. }) => Some(index),
			_ => None,
		});
		Ok(Requested {
			chain: submitted.chain,
			hash: submitted.sent.hash(),
			block: included.block,
			request,
		})
	}

	/// Waits until a request has come so far on its chain.
	///
	/// # Errors
	///
	/// [`Failure::Failed`] or [`Failure::Unreachable`] when `patience` is over.
	pub async fn wait_request(
		&self,
		requested: &Requested,
		goal: RequestGoal,
		patience: Duration,
	) -> Result<(), Failure> {
		let Some(request) = requested.request else { return Ok(()) };
		let name = self.chain_name(requested.chain);
		let chain = self.chain(requested.chain).await?;
		let end = Instant::now() + patience;
		loop {
			let status = match chain.best().await {
				Ok(at) => at.status().await,
				Err(error) => Err(error),
			};
			let trouble = match status {
				Ok(status) => {
					let first = match goal {
						RequestGoal::Committed => status.queue.committed,
						RequestGoal::Executed => status.queue.executed,
					};
					if first > request {
						return Ok(());
					}
					None
				},
				Err(error) if error.is_passing() => Some(chain_trouble(&name, error)),
				Err(error) => return Err(chain_trouble(&name, error)),
			};
			if Instant::now() + PAUSE > end {
				return Err(trouble.unwrap_or_else(|| {
					Failure::failed(
						format!(
							"request {request} of {name} is not served after {} s",
							patience.as_secs()
						),
						"it stands in the queue of the chain, which the operator must serve: look again later with \
						`ligature blocks` and `ligature wallet balance`",
					)
				}));
			}
			sleep(PAUSE).await;
		}
	}
}
