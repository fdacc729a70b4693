// SPDX-License-Identifier: Apache-2.0

//! Everybody leaves both chains, once.

use super::{
	books::{Books, Purses, all_is_paid, gains, listed, outside, together},
	leaver::{Leaver, STRANGER, of_chain},
};
use ligature_chain::Call;
use ligature_e2e::{Denial, World, solvency};
use ligature_primitives::ids::{BlockNumber, ChainId, Owner, TokenId};
use ligature_recovery::due;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a chain owes, and what it has paid: everything that somebody can look at before and after.
pub struct Chain {
	/// Its number.
	pub id: ChainId,
	/// The states of both chains after that block.
	pub books: Books,
	/// The block by which it pays.
	pub block: BlockNumber,
	/// Deposits that go back.
	pub refunds: Purses,
}

impl Chain {
	/// By the freeze block that it has fixed.
	pub async fn of(world: &World, id: ChainId, refunds: Purses) -> Self {
		let block = world.status(id).await.exodus.unwrap().freeze.unwrap();
		let hash = world.block(id, block).await.unwrap().hash;
		let folder = tempfile::tempdir().unwrap();
		Self { id, books: Books::rebuild(world, block, hash, folder.path()).await, block, refunds }
	}

	/// All that it must pay.
	fn due(&self) -> Purses {
		together(&self.books.payouts(self.id), &self.refunds)
	}
}

/// Everybody leaves both chains through the program. Checks that each gets what is theirs, and that nothing else is left
/// than what must be.
pub async fn everybody_leaves(
	world: &mut World,
	leaver: &Leaver,
	chains: &[Chain; 2],
	gifts: &[BTreeMap<TokenId, u128>; 2],
) {
	let list = leaver.exit(&["list", "--all"]).await;
	for chain in chains {
		let listed = listed(&of_chain(&list, chain.id)["payments"], None);
		assert_eq!(listed, chain.due(), "the list of chain {}", chain.id);
		assert_eq!(of_chain(&list, chain.id)["asOf"], chain.block.0);
	}
	let from_files = leaver.list_from_files().await;
	for chain in chains {
		let payments = |list: &Value| of_chain(list, chain.id)["payments"].clone();
		assert_eq!(payments(&from_files), payments(&list), "the list from exported blocks");
	}
	world.say("everything is listed");

	let mut before = Vec::new();
	for chain in chains {
		let people: BTreeSet<Owner> = chain.due().keys().map(|(owner, _)| *owner).collect();
		assert!(people.len() > 3 && !people.contains(&Owner(Leaver::account())), "the people");
		let people: Vec<_> = people.into_iter().collect();
		before.push((outside(world, chain.id, &people).await, people));
	}
	let claimed = leaver.by_stranger(&["claim", "--all"]).await;
	assert_eq!((&claimed["paidBefore"], &claimed["waiting"]), (&json!(0), &json!([])));
	let mut count = 0;
	for ((chain, (before, people)), gifts) in chains.iter().zip(&before).zip(gifts) {
		let answer = of_chain(&claimed, chain.id);
		assert_eq!(listed(&answer["paid"], None), chain.due(), "chain {}", chain.id);
		assert_eq!(listed(&answer["paid"], Some("deposit")), chain.refunds);
		assert_eq!(answer["refused"], json!([]));
		count += answer["paid"].as_array().unwrap().len();
		let after = outside(world, chain.id, people).await;
		assert_eq!(gains(before, &after), chain.due(), "what came on chain {}", chain.id);
		all_is_paid(world, chain.id, gifts, &chain.books.remainder(chain.id)).await;
	}
	solvency(world).await;
	world.say("everybody has what is theirs");

	nothing_twice(world, leaver, chains, count).await;
	// Nor after a restart.
	world.network().kill("beta").unwrap();
	world.restart("beta").await.unwrap();
	nothing_twice(world, leaver, chains, count).await;
	for (chain, gifts) in chains.iter().zip(gifts) {
		all_is_paid(world, chain.id, gifts, &chain.books.remainder(chain.id)).await;
	}
	world.say("nothing is paid twice");
}

/// Nobody gets anything a second time, neither through the program nor by hand.
async fn nothing_twice(world: &World, leaver: &Leaver, chains: &[Chain; 2], paid: usize) {
	let again = leaver.by_stranger(&["claim", "--all"]).await;
	let list = leaver.exit(&["list", "--all"]).await;
	let mut marked = 0;
	for chain in chains {
		assert_eq!(of_chain(&again, chain.id)["paid"], json!([]));
		let states = chain.books.states();
		let all = due(chain.id, &states, None);
		let payments = of_chain(&list, chain.id)["payments"].as_array().unwrap().clone();
		assert!(payments.iter().all(|payment| payment["paid"] == true), "{payments:?}");
		assert_eq!(payments.len(), all.len(), "deposits that went back are no requests any more");
		marked += all.len();
		// A balance and a share.
		for liquidity in [false, true] {
			let due = all.iter().find(|due| due.is_liquidity() == liquidity).unwrap();
			let call = due.claim(&states).unwrap().into();
			let refused = world.bring(chain.id, &call, STRANGER).await;
			assert_eq!(refused, Denial::call("Rollup.AlreadyClaimed"));
		}
		let first = world.status(chain.id).await.queue.executed;
		let last = world.status(chain.id).await.queue.next;
		for index in first..last {
			let refused = world.bring(chain.id, &Call::RefundDeposit { index }, STRANGER).await;
			assert_eq!(refused, Denial::call("Rollup.NotRefundable"));
		}
	}
	assert_eq!(again["paidBefore"], json!(marked));
	let refunds: usize = chains.iter().map(|chain| chain.refunds.len()).sum();
	assert_eq!(marked + refunds, paid);
}
