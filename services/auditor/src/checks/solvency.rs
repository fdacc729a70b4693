// SPDX-License-Identifier: Apache-2.0

//! Whether a chain owes what the ledger says, and holds it (section 12.3 of `docs/protocol.md`).

use crate::{
	books::{Before, Books, Sums},
	finding::What,
	page::{Fund, Look},
};
use ligature_chain::Request;
use ligature_primitives::{ids::TokenId, priority::PriorityRequest};
use std::collections::BTreeMap;

/// Per token: balances, own reserves and deposits not consumed, less what has left in exodus.
fn accounted(books: &Books, sums: &Sums, look: &Look) -> BTreeMap<TokenId, u128> {
	let mut all = BTreeMap::new();
	for Fund { token, .. } in &look.funds {
		let left = sums.token(*token).saturating_sub(books.exited(*token));
		all.insert(*token, left);
	}
	for (_, Request { request, .. }) in &look.requests {
		if let PriorityRequest::Deposit { token, amount, .. } = request {
			let sum: &mut u128 = all.entry(*token).or_default();
			*sum = sum.saturating_add(amount.get());
		}
	}
	all
}

/// What is owed beside the ledger, where books begin that have not seen it come about: nobody but the chain says what it
/// is. More than the ledger says are payments that are pending; less is what has left in exodus.
pub fn before(books: &Books, look: &Look) -> Option<Before> {
	let accounted = accounted(books, books.sums()?, look);
	let mut before = Before::default();
	for Fund { token, owed, .. } in &look.funds {
		let known = accounted.get(token).copied().unwrap_or_default();
		before.pending.insert(*token, owed.saturating_sub(known));
		if look.status.exodus.is_some() {
			before.exited.insert(*token, known.saturating_sub(*owed));
		}
	}
	Some(before)
}

/// What is wrong with the funds after a block of the chain.
pub fn check(books: &Books, look: &Look) -> Vec<What> {
	let mut wrong = Vec::new();
	for Fund { token, owed, held } in look.funds.iter().copied() {
		if held < owed {
			wrong.push(What::Insolvent { token, owed, held });
		}
	}
	// Of a block that cannot be replayed another alarm tells.
	let Some(sums) = books.sums() else { return wrong };
	if look.status.counters.executed != books.executed() {
		return wrong;
	}
	let mut accounted = accounted(books, sums, look);
	for Fund { token, owed, .. } in look.funds.iter().copied() {
		let Some(pending) = books.pending(token) else { continue };
		let known = accounted.remove(&token).unwrap_or_default();
		let computed = known.saturating_add(pending);
		if owed != computed {
			wrong.push(What::OwedDiffers { token, owed, computed });
		}
	}
	// What is left is of tokens that the chain does not have.
	let foreign = sums
		.tokens
		.iter()
		.filter(|(token, sum)| **sum > 0 && look.funds.iter().all(|fund| fund.token != **token));
	wrong.extend(foreign.map(|(token, sum)| What::OwedDiffers {
		token: *token,
		owed: 0,
		computed: *sum,
	}));
	wrong
}

/// What is wrong with the shares of pools after a block of the rollup.
pub fn shares(sums: &Sums) -> Vec<What> {
	let wrong = sums.shares.iter().filter(|(_, (shares, supply))| shares != supply);
	wrong
		.map(|(slot, (shares, supply))| What::SharesDiffer {
			slot: *slot,
			shares: *shares,
			supply: *supply,
		})
		.collect()
}
