// SPDX-License-Identifier: Apache-2.0

//! Exodus: how the rollup gets there, and how everybody leaves.

use ligature_ledger::{
	ChainState,
	exit::{BalanceClaim, LiquidityClaim, Payout},
};
use ligature_primitives::{
	ids::{AccountIndex, BlockNumber, ChainId, PoolSlot, Side, TokenId},
	vote::VoteKind,
};
use ligature_runtime::{Runtime, rollup::DEVELOPMENT_PARAMETERS};
use pallet_rollup::{BalanceKey, LiquidityKey, PriorityQueue, Requests};

use crate::{
	chain::Applied,
	network::{ALPHA, BETA, Built, Network},
	people::{ALICE, Person},
};

/// A claim that a chain pays.
#[derive(Clone, Debug)]
pub enum Claim {
	/// A balance.
	Balance(BalanceClaim),
	/// One side of a share in a pool.
	Liquidity(LiquidityClaim),
}

impl Claim {
	/// The call that makes it.
	pub fn call(&self) -> ligature_runtime::RuntimeCall {
		match self.clone() {
			Self::Balance(claim) => pallet_rollup::Call::exit { claim: Box::new(claim) }.into(),
			Self::Liquidity(claim) => {
				pallet_rollup::Call::exit_liquidity { claim: Box::new(claim) }.into()
			},
		}
	}
}

/// Under which key a chain remembers that it has paid a balance.
pub fn balance_key(claim: &BalanceClaim) -> BalanceKey {
	(claim.balance.account.get(), claim.balance.token)
}

/// Under which key a chain remembers that it has paid a side of a share.
pub fn liquidity_key(claim: &LiquidityClaim) -> LiquidityKey {
	let (home, side) = (&claim.home, claim.reserve.leaf.side);
	(home.leaf.params.chain0, home.slot, side.number(), claim.shares.account.get())
}

impl Network {
	/// Waits until all requests that are in the queues have expired.
	#[track_caller]
	pub fn wait_for_expiry(&mut self) {
		let mut wait = 1;
		for chain in self.chains() {
			let last = chain.with(|| PriorityQueue::<Runtime>::get().last_expiry);
			wait = wait.max(last.saturating_sub(chain.number()));
		}
		self.skip(wait);
	}

	/// Somebody ends the rollup on one chain.
	#[track_caller]
	pub fn enter_exodus(&mut self, chain: ChainId, who: Person) -> Applied {
		self.chain(chain).apply(who, pallet_rollup::Call::enter_exodus {})
	}

	/// The oracles freeze at a block: chain 1 fixes it, the other follows.
	#[track_caller]
	pub fn freeze(&mut self, block: &Built) {
		let freeze = block.message(VoteKind::Freeze, ChainId(0));
		let _ = self.relay(ALPHA, ALICE, &freeze).ok().free();
		let frozen = block.message(VoteKind::Frozen, ALPHA);
		let _ = self.relay(BETA, ALICE, &frozen).ok().free();
		self.tick();
	}

	/// Without oracles: every chain waits for the timeout and takes its highest certified block.
	#[track_caller]
	pub fn freeze_by_timeout(&mut self) {
		self.skip(DEVELOPMENT_PARAMETERS.exodus_timeout + 1);
		for chain in [ALPHA, BETA] {
			let call = pallet_rollup::Call::freeze_by_timeout {};
			let _ = self.chain(chain).apply(ALICE, call).ok();
		}
		self.tick();
	}

	/// A claim to a balance as of a block.
	pub fn balance_claim(
		&self,
		chain: ChainId,
		at: BlockNumber,
		account: AccountIndex,
		token: TokenId,
	) -> Option<BalanceClaim> {
		BalanceClaim::new(self.state_after(chain, at), account, token)
	}

	/// A claim to a side of shares as of a block; `slot` is the pool's on its home chain.
	pub fn liquidity_claim(
		&self,
		home: ChainId,
		at: BlockNumber,
		account: AccountIndex,
		slot: PoolSlot,
		side: Side,
	) -> Option<LiquidityClaim> {
		let home = self.state_after(home, at);
		let paying = self.state_after(home.pool(slot)?.params.chain(side), at);
		LiquidityClaim::new(home, account, slot, paying, side)
	}

	/// A chain's state after a block.
	pub fn state_after(&self, chain: ChainId, number: BlockNumber) -> &ChainState {
		&self.states_after(number)[self.place(chain)]
	}

	/// Everything that anybody can claim from a chain as of a block, with what it pays; claims to nothing
	/// left out.
	pub fn claims_on(&self, paying: ChainId, at: BlockNumber) -> Vec<(Claim, Payout)> {
		let mut claims = Vec::new();
		let root = self.state_after(paying, at).root();
		for home in [ALPHA, BETA] {
			let state = self.state_after(home, at);
			let held = state.accounts().flat_map(|(account, values)| {
				values.balances().map(move |(token, _)| (account, token))
			});
			for (account, token) in held {
				let Some(slot) = token.lp_slot() else {
					if home == paying {
						let claim = self.balance_claim(home, at, account, token);
						let claim = claim.expect("the account exists; qed");
						let payout = claim.verify(root).expect("it is its root; qed");
						claims.push((Claim::Balance(claim), payout));
					}
					continue;
				};
				for side in [Side::Zero, Side::One] {
					let claim = self.liquidity_claim(home, at, account, slot, side);
					let claim = claim.expect("account and pool exist; qed");
					if claim.reserve.leaf.chain() == paying {
						let payout = claim.verify(state.root(), root);
						let payout = payout.expect("they are its roots; qed");
						claims.push((Claim::Liquidity(claim), payout));
					}
				}
			}
		}
		claims.retain(|(_, payout)| !payout.amount.is_zero());
		claims
	}

	/// Everybody leaves both chains, as of one freeze block. Gives the number of claims.
	///
	/// # Panics
	///
	/// If one of them is refused.
	#[track_caller]
	pub fn everybody_leaves(&mut self, freeze: BlockNumber, caller: Person) -> usize {
		let count = self.leave(ALPHA, freeze, caller) + self.leave(BETA, freeze, caller);
		self.tick();
		count
	}

	/// Everybody leaves one chain: all claims as of its freeze block are paid, all deposits that no block
	/// consumed go back. Gives the number of claims.
	///
	/// # Panics
	///
	/// If one of them is refused.
	#[track_caller]
	pub fn leave(&mut self, chain: ChainId, freeze: BlockNumber, caller: Person) -> usize {
		let claims = self.claims_on(chain, freeze);
		let count = claims.len();
		for (claim, _) in claims {
			let _ = self.chain(chain).apply(caller, claim.call()).ok();
		}
		for index in self.refundable(chain) {
			let call = pallet_rollup::Call::refund_deposit { index };
			let _ = self.chain(chain).apply(caller, call).ok();
		}
		count
	}

	/// Deposits in a chain's queue, by their places.
	pub fn refundable(&mut self, chain: ChainId) -> Vec<u64> {
		use ligature_primitives::priority::PriorityRequest;
		self.chain(chain).with(|| {
			let deposits = Requests::<Runtime>::iter()
				.filter(|(_, stored)| matches!(stored.request, PriorityRequest::Deposit { .. }));
			let mut indices: Vec<u64> = deposits.map(|(index, _)| index).collect();
			indices.sort_unstable();
			indices
		})
	}
}
