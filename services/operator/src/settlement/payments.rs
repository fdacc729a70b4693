// SPDX-License-Identifier: Apache-2.0

//! What the execution of a block does on a chain, counted from its public data, as the chain counts it.

use ligature_primitives::{header::ChainHeader, pubdata::PublicData, refusal::Refusal};

/// How many payments of more than 0 a block makes on a chain.
///
/// # Errors
///
/// Those of [`PublicData::decode`]: these are not bytes that the ledger wrote.
pub fn payments(part: &ChainHeader, data: &[u8]) -> Result<u32, Refusal> {
	if part.size_class.is_empty() {
		return Ok(0);
	}
	let data = PublicData::decode(data, part.size_class)?;
	let payments = data.halves.iter().filter_map(|half| half.payment());
	// A half makes one payment at most, and there are at most 512 of them.
	Ok(payments.filter(|payment| !payment.amount.is_zero()).count() as u32)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::{ALPHA, BETA, EXPIRY, NETWORK, Person, World};
	use ligature_primitives::{
		amount::{Amount, Fee},
		ids::{AccountIndex, Nonce, Timestamp, TokenId},
		op::{SignedTransaction, WithdrawBody},
		priority::PriorityRequest,
	};

	#[tokio::test(flavor = "multi_thread")]
	async fn payments_above_zero_should_be_counted_as_the_chain_counts_them() {
		let world = World::with_deposits().await;
		// One exit that pays, and two that pay nothing: of another's account, and of one that is not there.
		let exit = |account: u32, owner: Person| PriorityRequest::FullExit {
			account: AccountIndex::new(account).expect("small"),
			token: TokenId(0),
			owner: owner.owner(),
		};
		let exits = [exit(1, Person(2)), exit(0, Person(2)), exit(77, Person(1))];
		world.requests(ALPHA, 2, &exits).await;
		let body = WithdrawBody {
			chain: ALPHA,
			account: AccountIndex::ZERO,
			nonce: Nonce(0),
			token: TokenId(0),
			receiver: Person(5).owner(),
			amount: Amount::new(250).expect("small"),
			fee: Fee::ZERO,
		};
		let expiry = Timestamp::new(EXPIRY).expect("small");
		let bytes = SignedTransaction::sign(NETWORK, expiry, body, &Person(1).secret()).encode();
		let checked =
			world.api.checker.check(vec![bytes]).await.into_iter().collect::<Result<_, _>>();
		let taken = world.api.engine.submit(checked.expect("it is good")).await;
		assert!(taken[0].is_ok(), "{taken:?}");
		let block = world.build().await;
		assert_eq!(block.operations, 4);
		for (chain, expected) in [(ALPHA, 2), (BETA, 0)] {
			let part = block.header.chain(chain).expect("a chain of the network");
			let data = world.api.store.public_data(block.number(), block.hash, chain).await;
			let data = data.expect("a database").expect("it is stored");
			assert_eq!(payments(part, &data), Ok(expected));
		}
		let part = block.header.chain(ALPHA).expect("a chain of the network");
		assert!(payments(part, &[1, 2, 3]).is_err(), "no ledger has written this");
	}
}
