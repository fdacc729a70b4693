// SPDX-License-Identifier: Apache-2.0

//! The way of a block on a chain: committed, proven, certified, executed.

use super::{A, B, Built, World};
use crate::page::Occurrence;
use ark_bls12_381::Bls12_381;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ligature_chain::{Circuit, Posted, RollupEvent};
use ligature_primitives::{
	header::Header,
	ids::ChainId,
	vote::{Certificate, VoteMessage},
};

impl World {
	pub fn commit(&mut self, chain: ChainId, block: &Built) {
		let place = usize::from(chain.0) - 1;
		let side = self.side(chain);
		let (number, hash) = (block.number(), block.hash());
		side.counters.committed = number;
		side.queue.committed += u64::from(block.header.chains[place].priority_count);
		let at =
			RollupEvent::BlockCommitted { number, hash, block: 0, extrinsic: side.extrinsic + 1 };
		let (header, data) = (block.header.clone(), block.data[place].clone());
		side.happen([Occurrence::Rollup(at)], Some(Posted::Commit { header, data }));
	}

	/// Simulated proofs of a header.
	pub fn proofs(&self, header: &Header) -> Vec<[u8; 192]> {
		let halves = header.chains.iter().filter(|part| !part.size_class.is_empty());
		let halves = halves.map(|part| {
			(Circuit::Chain(part.size_class), header.chain_public_input(part.chain).unwrap())
		});
		let join = (Circuit::Join(header.join_class), header.join_public_input());
		let join = (!header.join_class.is_empty()).then_some(join);
		let prove = |(circuit, input)| {
			let key = self.keys.iter().find(|key| key.version == 1 && key.circuit == circuit);
			let bytes = &key.unwrap().bytes[..];
			let key =
				ark_groth16::VerifyingKey::<Bls12_381>::deserialize_compressed(bytes).unwrap();
			let proof = ligature_prover::key::insecure_simulate(&key, input, 1u64.into());
			let mut bytes = Vec::new();
			proof.serialize_compressed(&mut bytes).unwrap();
			bytes.try_into().unwrap()
		};
		halves.chain(join).map(prove).collect()
	}

	pub fn prove(&mut self, chain: ChainId, block: &Built) {
		let (number, hash, proofs) = (block.number(), block.hash(), self.proofs(&block.header));
		let side = self.side(chain);
		side.counters.proven = number;
		let proven = RollupEvent::BlockProven { number, hash, prover: [5; 32] };
		side.happen([Occurrence::Rollup(proven)], Some(Posted::Proofs { number, hash, proofs }));
	}

	/// The certificate of a header by so many members.
	pub fn certificate(&self, header: &Header, signers: usize) -> Vec<u8> {
		let message = VoteMessage::block(header);
		let bytes = message.encode();
		let signatures = self.oracles.iter().zip(0u16..).take(signers);
		let signatures =
			signatures.map(|(oracle, place)| (place, oracle.sign(&bytes).to_bytes())).collect();
		Certificate { message, signatures }.encode(4).unwrap()
	}

	pub fn certify(&mut self, chain: ChainId, block: &Built) {
		let (number, hash) = (block.number(), block.hash());
		let certificate = self.certificate(&block.header, 3);
		let side = self.side(chain);
		side.counters.certified = number;
		let certified = Occurrence::Rollup(RollupEvent::BlockCertified { number, hash });
		side.happen([certified], Some(Posted::Certificate(certificate)));
	}

	/// Executes a block; the payment at this place fails.
	pub fn execute_with(&mut self, chain: ChainId, block: &Built, fails: Option<usize>) {
		let place = usize::from(chain.0) - 1;
		let payments = block.payments(place);
		let side = self.side(chain);
		let (number, hash) = (block.number(), block.hash());
		let mut events = Vec::new();
		for (at, (who, token, amount)) in payments.iter().copied().enumerate() {
			events.push(if fails == Some(at) {
				RollupEvent::PaymentPending { who, token, amount }
			} else {
				let (owed, held) = side.funds.get_mut(&token).unwrap();
				(*owed, *held) = (*owed - amount, *held - amount);
				RollupEvent::Paid { who, token, amount }
			});
		}
		let payments = payments.len() as u32;
		events.push(RollupEvent::BlockExecuted { number, hash, payments });
		side.counters.executed = number;
		let served = u64::from(block.header.chains[place].priority_count);
		side.queue.executed += served;
		side.requests = side.requests.split_off(&side.queue.executed);
		side.happen(events.into_iter().map(Occurrence::Rollup), None);
	}

	pub fn execute(&mut self, chain: ChainId, block: &Built) {
		self.execute_with(chain, block, None);
	}

	/// A block goes all the way on both chains.
	pub fn settle(&mut self, block: &Built) {
		let steps = [Self::commit, Self::prove, Self::certify, Self::execute];
		for step in steps {
			for chain in [A, B] {
				step(self, chain, block);
			}
			self.tick();
		}
	}
}
