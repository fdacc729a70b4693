// SPDX-License-Identifier: Apache-2.0

//! What chains need before blocks of the rollup can come: they know each other, and the operator has accounts
//! that take fees.

use std::time::Duration;

use futures::future::try_join_all;
use ligature_chain::{Call, Chain, ChainError, Included, Signer, Status};
use ligature_primitives::{
	amount::Amount,
	header::{Digest, chain_list_hash},
	ids::TokenId,
};

use super::error::DevnetError;
use crate::wallet::Wallet;

/// Holds the sudo keys, is the operator, and gets the fees.
pub const OPERATOR: &str = "//Alice";

/// What the operator deposits on each chain: a tenth of a native token.
pub const FEE_ACCOUNT_DEPOSIT: u128 = 100_000_000_000;

/// Longest that a call takes until it is in a block.
const PATIENCE: Duration = Duration::from_secs(90);

/// Opens the network on all chains where it is not open yet, and makes the accounts for fees. Chains come in the order
/// of their numbers. Says whether anything had to be done.
///
/// # Errors
///
/// [`DevnetError::OtherNetwork`] if chains were opened with others; those of the chains.
pub async fn open(chains: &[Chain]) -> Result<bool, DevnetError> {
	let hashes: Vec<_> = chains.iter().map(Chain::genesis).collect();
	let done = try_join_all(chains.iter().map(|chain| open_one(chain, &hashes))).await?;
	Ok(done.contains(&true))
}

async fn open_one(chain: &Chain, hashes: &[Digest]) -> Result<bool, DevnetError> {
	let operator =
		Wallet::from_suri(OPERATOR).expect("the suri is one of a development account; qed");
	let status = status(chain).await?;
	let mut calls = Vec::new();
	match status.chain_list_hash {
		Some(found) => check(chain, hashes, found).await?,
		None => {
			let open = Call::OpenNetwork { genesis_hashes: hashes.to_vec() };
			calls.push(Call::Sudo(Box::new(open)));
		},
	}
	// The first request of all is the operator's own.
	if status.queue.next == 0 {
		calls.push(Call::Deposit {
			token: TokenId(0),
			owner: operator.owner(),
			amount: Amount::new(FEE_ACCOUNT_DEPOSIT).expect("far below 2^112; qed"),
			key: Some(operator.key()),
		});
	}
	if calls.is_empty() {
		return Ok(false);
	}
	let what = format!("opening the network on {}", chain.name());
	send(chain, &Call::Batch(calls), operator.signer(), &what).await?;
	// What fails as governance does not fail the call around it.
	let found = self::status(chain).await?.chain_list_hash;
	let why = || DevnetError::Refused { what, why: "the network is not open afterwards".into() };
	check(chain, hashes, found.ok_or_else(why)?).await?;
	Ok(true)
}

async fn status(chain: &Chain) -> Result<Status, DevnetError> {
	let state = chain.best().await.map_err(DevnetError::chain("the best block"))?;
	state.status().await.map_err(DevnetError::chain("the rollup's status"))
}

/// Whether a chain was opened with these neighbours.
async fn check(chain: &Chain, hashes: &[Digest], found: Digest) -> Result<(), DevnetError> {
	let state = chain.best().await.map_err(DevnetError::chain("the best block"))?;
	let identity = state.identity().await.map_err(DevnetError::chain("the chain's network"))?;
	let expected = identity.map(|identity| {
		let list: Vec<_> = identity.chains.iter().copied().zip(hashes.iter().copied()).collect();
		chain_list_hash(identity.network, &list)
	});
	if expected == Some(found) {
		return Ok(());
	}
	Err(DevnetError::OtherNetwork { name: chain.name().into() })
}

/// Sends a call until it is in a block and has succeeded there. A call that the pool refuses because somebody else
/// signs with the same account at the same moment is sent again.
///
/// # Errors
///
/// [`DevnetError::Chain`], [`DevnetError::Refused`].
pub async fn send(
	chain: &Chain,
	call: &Call,
	signer: &Signer,
	what: &str,
) -> Result<Included, DevnetError> {
	let failed = |source| DevnetError::Chain { what: what.into(), source };
	let mut attempts = 0;
	let mut sent = loop {
		match chain.submit(call, signer).await {
			Err(ChainError::Rejected { .. }) if attempts < 5 => {
				attempts += 1;
				tokio::time::sleep(Duration::from_secs(1)).await;
			},
			sent => break sent.map_err(failed)?,
		}
	};
	let included = sent.included(PATIENCE).await.map_err(failed)?;
	match &included.outcome {
		Ok(()) => Ok(included),
		Err(error) => Err(DevnetError::Refused {
			what: what.into(),
			why: format!("{}.{}: {}", error.pallet, error.name, error.docs),
		}),
	}
}
