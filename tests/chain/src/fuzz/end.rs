// SPDX-License-Identifier: Apache-2.0

//! The end of the rollup: exodus, freeze, and everybody's leaving.

use ligature_primitives::{
	ids::{BlockNumber, ChainId, PoolSlot},
	vote::VoteKind,
};
use ligature_runtime::{Rollup, Runtime};
use pallet_amm::Pools;
use pallet_rollup::{
	PaidBalances, PaidLiquidity, PriorityQueue, Requests, Stage, traits::Lifecycle,
};

use super::{CHAINS, Fuzz, Letter};
use crate::{
	exits::{Claim, balance_key, liquidity_key},
	network::{ALPHA, BETA},
	people::Person,
};

impl Fuzz {
	/// Something that brings the end nearer, or that is possible only then.
	pub(super) fn ending(&mut self) -> Option<Letter> {
		let chain = self.story.chain();
		let helper = self.helper();
		match self.exodus(chain) {
			None => match self.dice(10) {
				0..6 => self.freeze_letter(chain),
				_ if self.has_expired(chain) && !self.story.chance(self.impatience) => None,
				_ => Some(Letter::new(chain, helper, pallet_rollup::Call::enter_exodus {})),
			},
			Some(exodus) if exodus.freeze.is_none() => match self.dice(10) {
				0..6 => self.freeze_letter(chain),
				6 => {
					self.advance(chain, 61);
					None
				},
				_ => Some(Letter::new(chain, helper, pallet_rollup::Call::freeze_by_timeout {})),
			},
			Some(_) if !self.exits_open(chain) => match self.dice(10) {
				0..7 => {
					let executed = self.network.executed(chain);
					let block = self.network.built(BlockNumber(executed.0 + 1)).clone();
					Some(Letter::new(chain, helper, block.execute_call(Self::place(chain))))
				},
				_ => Some(self.refund(chain)),
			},
			Some(_) => Some(self.leave(chain)),
		}
	}

	pub(super) fn exits_open(&mut self, chain: ChainId) -> bool {
		self.network.chain(chain).with(Rollup::exits_open)
	}

	fn has_expired(&mut self, chain: ChainId) -> bool {
		let chain = self.network.chain(chain);
		let now = chain.number();
		chain.with(|| {
			let head = Requests::<Runtime>::get(PriorityQueue::<Runtime>::get().executed);
			head.is_some_and(|head| head.expires <= now)
		})
	}

	/// The certificate that fixes the freeze block: on the first chain that of the freeze, on the other one that
	/// the first has it. `None` if nobody has ended the rollup, or the oracles do not sign.
	fn freeze_letter(&mut self, chain: ChainId) -> Option<Letter> {
		if !self.oracles_alive || CHAINS.iter().all(|chain| self.exodus(*chain).is_none()) {
			return None;
		}
		if chain == BETA {
			let fixed = self.exodus(ALPHA)?.freeze?;
			let block = self.network.blocks().get((fixed.0 as usize).checked_sub(1)?)?.clone();
			let message = block.message(VoteKind::Frozen, ALPHA);
			return self.relay_letter(chain, &message);
		}
		let number = self.choose_freeze()?;
		let block = self.network.built(number).clone();
		let message = block.message(VoteKind::Freeze, ChainId(0));
		self.relay_letter(chain, &message)
	}

	/// The freeze block that honest members sign: proven on all chains, and not below a block that they have
	/// signed.
	fn choose_freeze(&mut self) -> Option<BlockNumber> {
		if let Some(number) = self.freeze {
			return Some(number);
		}
		let least = self.signed.last().map_or(0, |(number, _)| number.0);
		let blocks: Vec<_> = self.network.blocks().to_vec();
		let able = blocks.iter().filter(|block| {
			CHAINS.iter().all(|chain| {
				self.status(*chain, block).is_some_and(|status| status.stage >= Stage::Proven)
			})
		});
		let able: Vec<_> = able.map(|block| block.number()).collect();
		let able: Vec<_> = able.into_iter().filter(|number| number.0 >= least.max(1)).collect();
		if able.is_empty() {
			return None;
		}
		self.freeze = Some(self.story.one_of(&able));
		self.freeze
	}

	/// Somebody takes out what is theirs, or what was taken out before; or a deposit goes back.
	fn leave(&mut self, chain: ChainId) -> Letter {
		match self.dice(100) {
			0..60 => {
				let claims = self.claims(chain);
				let again = self.story.chance(15);
				let claims: Vec<_> =
					claims.into_iter().filter(|(_, paid)| again || !paid).collect();
				if claims.is_empty() {
					return self.refund(chain);
				}
				let claim = self.dice(claims.len() as u32) as usize;
				let helper = self.helper();
				Letter::new(chain, helper, claims[claim].0.call())
			},
			60..75 => self.refund(chain),
			75..85 => self.claim(chain).unwrap_or_else(|| self.refund(chain)),
			_ => self.release(chain),
		}
	}

	/// The claims against a chain's freeze block, and whether each is paid.
	fn claims(&mut self, chain: ChainId) -> Vec<(Claim, bool)> {
		let freeze = self.exodus(chain).and_then(|exodus| exodus.freeze);
		let freeze = freeze.expect("exits are open: there is a freeze block; qed");
		let found = self.claims[Self::place(chain)].get_or_insert_with(|| {
			let claims = self.network.claims_on(chain, freeze);
			claims.into_iter().map(|(claim, _)| claim).collect()
		});
		let claims: Vec<Claim> = found.clone();
		self.network.chain(chain).with(|| {
			let is_paid = |claim: &Claim| match claim {
				Claim::Balance(claim) => PaidBalances::<Runtime>::contains_key(balance_key(claim)),
				Claim::Liquidity(claim) => {
					PaidLiquidity::<Runtime>::contains_key(liquidity_key(claim))
				},
			};
			claims.into_iter().map(|claim| (claim.clone(), is_paid(&claim))).collect()
		})
	}

	/// A deposit goes back; or something that is none.
	fn refund(&mut self, chain: ChainId) -> Letter {
		let deposits = self.network.refundable(chain);
		let index = match deposits.is_empty() || self.story.chance(20) {
			true => u64::from(self.dice(40)),
			false => self.story.one_of(&deposits),
		};
		let helper = self.helper();
		Letter::new(chain, helper, pallet_rollup::Call::refund_deposit { index })
	}

	/// Who made a pool takes back the deposit for it.
	fn release(&mut self, chain: ChainId) -> Letter {
		let pools: Vec<_> = self.network.chain(chain).with(|| {
			let pools = Pools::<Runtime>::iter();
			pools.map(|(slot, pool)| (slot, pool.creator)).collect()
		});
		let pools: Vec<_> = pools
			.into_iter()
			.filter_map(|(slot, creator)| Some((slot, Person::of(&creator)?)))
			.collect();
		let (slot, who) = match pools.is_empty() {
			true => (PoolSlot(0), self.story.user()),
			false => self.story.one_of(&pools),
		};
		Letter::new(chain, who, pallet_amm::Call::release_deposit { slot })
	}

	/// Whether there is nothing left to do on any chain: all claims are paid, all deposits are back.
	pub(super) fn everybody_has_left(&mut self) -> bool {
		CHAINS.iter().all(|chain| {
			self.exits_open(*chain)
				&& self.network.refundable(*chain).is_empty()
				&& self.claims(*chain).iter().all(|(_, paid)| *paid)
		})
	}
}
