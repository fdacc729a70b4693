// SPDX-License-Identifier: Apache-2.0

//! From a block that is built to one that is executed: each step on each chain, or all of them.

use ligature_primitives::{
	constants::SizeClass,
	header::Header,
	ids::{BlockNumber, ChainId},
	pubdata::PublicData,
	vote::{VoteKind, VoteMessage},
};
use ligature_runtime::{Runtime, RuntimeCall};
use pallet_rollup::{Counters, Progress, Proofs};

use crate::{
	chain::Applied,
	network::{ALPHA, BETA, Built, Network},
	oracles::certificate,
	people::Person,
	proofs::simulated,
};

/// The call that commits a header with public data.
pub fn commit_call(header: &Header, data: &[u8]) -> RuntimeCall {
	let data = data.to_vec().try_into().expect("no longer than the largest class allows");
	pallet_rollup::Call::commit_block { header: Box::new(header.clone()), data }.into()
}

/// The call that proves a header.
pub fn prove_call(header: &Header, proofs: Proofs) -> RuntimeCall {
	pallet_rollup::Call::prove_block { number: header.number, hash: header.hash(), proofs }.into()
}

/// The call that relays a certificate: the pallet has one for blocks, one for refusals and one for freezes.
pub fn relay_call(kind: VoteKind, certificate: Vec<u8>) -> RuntimeCall {
	let certificate = certificate.try_into().expect("no longer than one of all members");
	match kind {
		VoteKind::Block => pallet_root_oracle::Call::submit_certificate { certificate },
		VoteKind::Refuse | VoteKind::Refused => {
			pallet_root_oracle::Call::submit_refusal { certificate }
		},
		VoteKind::Freeze | VoteKind::Frozen => {
			pallet_root_oracle::Call::submit_freeze { certificate }
		},
	}
	.into()
}

impl Built {
	/// How many payments the block makes on a chain.
	pub fn payments(&self, place: usize) -> u32 {
		let class = self.header.chains[place].size_class;
		if class == SizeClass::EMPTY {
			return 0;
		}
		let data = PublicData::decode(&self.data[place], class).expect("the ledger wrote it; qed");
		let payments = data.halves.iter().filter_map(|half| half.payment());
		payments.filter(|payment| !payment.amount.is_zero()).count() as u32
	}

	/// The call that executes it on a chain.
	pub fn execute_call(&self, place: usize) -> RuntimeCall {
		let requests = self.header.chains[place].priority_count.into();
		let (number, payments) = (self.number(), self.payments(place));
		pallet_rollup::Call::execute_block { number, payments, requests }.into()
	}
}

impl Network {
	/// Commits a block on one chain.
	#[track_caller]
	pub fn commit(&mut self, chain: ChainId, block: &Built) -> Applied {
		let (place, operator) = (self.place(chain), self.operator());
		self.chain(chain).apply(operator, commit_call(&block.header, &block.data[place]))
	}

	/// Proves a block on one chain.
	#[track_caller]
	pub fn prove(&mut self, chain: ChainId, block: &Built, proofs: Proofs) -> Applied {
		let operator = self.operator();
		self.chain(chain).apply(operator, prove_call(&block.header, proofs))
	}

	/// Brings a certificate of three members to one chain.
	#[track_caller]
	pub fn relay(&mut self, chain: ChainId, relayer: Person, message: &VoteMessage) -> Applied {
		self.chain(chain).apply(relayer, relay_call(message.kind, certificate(message)))
	}

	/// Certifies a block on one chain.
	#[track_caller]
	pub fn certify(&mut self, chain: ChainId, block: &Built) -> Applied {
		let operator = self.operator();
		self.relay(chain, operator, &block.block_message())
	}

	/// Executes a block on one chain.
	#[track_caller]
	pub fn execute(&mut self, chain: ChainId, block: &Built) -> Applied {
		let (place, operator) = (self.place(chain), self.operator());
		self.chain(chain).apply(operator, block.execute_call(place))
	}

	/// Commits a block on both chains.
	#[track_caller]
	pub fn commit_all(&mut self, block: &Built) {
		for chain in [ALPHA, BETA] {
			let _ = self.commit(chain, block).ok().free();
		}
		self.tick();
	}

	/// Proves a committed block on both chains.
	#[track_caller]
	pub fn prove_all(&mut self, block: &Built, proofs: &Proofs) {
		for chain in [ALPHA, BETA] {
			let _ = self.prove(chain, block, proofs.clone()).ok().free();
		}
		self.tick();
	}

	/// Certifies a proven block on both chains.
	#[track_caller]
	pub fn certify_all(&mut self, block: &Built) {
		for chain in [ALPHA, BETA] {
			let _ = self.certify(chain, block).ok().free();
		}
		self.tick();
	}

	/// Executes a certified block on both chains.
	#[track_caller]
	pub fn execute_all(&mut self, block: &Built) {
		for chain in [ALPHA, BETA] {
			let _ = self.execute(chain, block).ok().free();
		}
		self.tick();
	}

	/// A block all the way, on both chains, with simulated proofs. The accounts agree before and after.
	#[track_caller]
	pub fn settle(&mut self, block: &Built) {
		self.settle_with(block, &simulated(&block.header));
	}

	/// A block all the way, with these proofs.
	#[track_caller]
	pub fn settle_with(&mut self, block: &Built, proofs: &Proofs) {
		self.commit_all(block);
		self.prove_all(block, proofs);
		self.certify_all(block);
		self.execute_all(block);
		self.check_solvency();
	}

	/// Commits and proves a block on both chains, no more.
	#[track_caller]
	pub fn prove_block(&mut self, block: &Built) {
		self.commit_all(block);
		self.prove_all(block, &simulated(&block.header));
	}

	/// Commits, proves and certifies a block on both chains, no more.
	#[track_caller]
	pub fn certify_block(&mut self, block: &Built) {
		self.prove_block(block);
		self.certify_all(block);
	}

	/// How far a chain has come.
	pub fn counters(&mut self, chain: ChainId) -> Counters {
		self.chain(chain).with(Progress::<Runtime>::get)
	}

	/// The last block that a chain has executed.
	pub fn executed(&mut self, chain: ChainId) -> BlockNumber {
		self.counters(chain).executed
	}
}
