// SPDX-License-Identifier: Apache-2.0

//! Two chains and a ledger: an honest history, as the pages of both chains.

mod steps;

use crate::page::{Fund, Happened, Look, Occurrence, Page};
use ark_bls12_381::Bls12_381;
use ed25519_zebra::{SigningKey, VerificationKey};
use ligature_chain::{
	Circuit, Counters, Epoch, Head, Identity, Key, Parameters, Posted, Queue, Request, RollupEvent,
	Status,
};
use ligature_ledger::{BlockParams, Ledger};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, Network, keys_digest, member_set_hash},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Owner, Timestamp, TokenId},
	op::{Half, Operation},
	priority::PriorityRequest,
	pubdata::PublicData,
};
use ligature_zk_verifier::VerifyingKey;
use std::collections::{BTreeMap, VecDeque};

pub const A: ChainId = ChainId(1);
pub const B: ChainId = ChainId(2);
pub const NETWORK: NetworkId = NetworkId(7);
pub const START: u64 = 1_700_000_000;
/// Seconds between blocks of a chain.
pub const PACE: u64 = 6;
const CHAINS: Digest = [9; 32];

pub fn amount(value: u128) -> Amount {
	Amount::new(value).unwrap()
}

pub fn index(value: u32) -> AccountIndex {
	AccountIndex::new(value).unwrap()
}

pub fn owner(person: u8) -> Owner {
	Owner([person; 32])
}

/// A block of the rollup.
#[derive(Clone, Debug)]
pub struct Built {
	pub header: Header,
	pub data: Vec<Vec<u8>>,
}

impl Built {
	pub fn number(&self) -> BlockNumber {
		self.header.number
	}

	pub fn hash(&self) -> Digest {
		self.header.hash()
	}

	/// What it pays on the chain at this place.
	fn payments(&self, place: usize) -> Vec<([u8; 32], TokenId, u128)> {
		let class = self.header.chains[place].size_class;
		let data = PublicData::decode(&self.data[place], class).unwrap();
		let payments = data.halves.iter().filter_map(Half::payment);
		let payments = payments.filter(|payment| !payment.amount.is_zero());
		payments.map(|it| (it.receiver.0, it.token, it.amount.get())).collect()
	}
}

/// One chain, as it would answer.
pub struct Side {
	id: ChainId,
	number: u32,
	pub counters: Counters,
	pub queue: Queue,
	pub requests: BTreeMap<u64, Request>,
	/// What will serve them.
	waiting: VecDeque<Operation>,
	pub funds: BTreeMap<TokenId, (u128, u128)>,
	pub status: Status,
	happened: Vec<Happened>,
	posted: BTreeMap<u32, Posted>,
	extrinsic: u32,
}

/// Both chains and the ledger.
pub struct World {
	pub ledger: Ledger,
	pub sides: [Side; 2],
	pub pages: Vec<Page>,
	pub keys: Vec<Key>,
	oracles: Vec<SigningKey>,
	last: Option<(BlockNumber, Digest)>,
	pub revert_epoch: u32,
}

/// The verifying keys of the development chains.
fn development_keys() -> Vec<Key> {
	let text = include_str!("../../../../../runtime/keys/insecure-development.json");
	let keys: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
	let class = |key: &serde_json::Value, kind: &str| {
		key["circuit"][kind].as_u64().map(|class| class as u8)
	};
	let keys = keys.iter().map(|key| {
		let circuit = match class(key, "chain") {
			Some(number) => Circuit::Chain(SizeClass::new(number).unwrap()),
			None => Circuit::Join(JoinClass::new(class(key, "join").unwrap()).unwrap()),
		};
		let bytes = hex::decode(&key["key"].as_str().unwrap()[2..]).unwrap();
		let digest = VerifyingKey::<Bls12_381>::from_bytes(&bytes).unwrap().digest();
		Key {
			version: key["version"].as_u64().unwrap() as u16,
			circuit,
			digest,
			bytes,
			usable: true,
			usable_from: 0,
			retired: false,
			development: true,
		}
	});
	keys.collect()
}

impl Side {
	fn new(id: ChainId) -> Self {
		let status = Status {
			counters: Counters::default(),
			revert_epoch: 0,
			chain_list_hash: Some(CHAINS),
			parameters: Some(Parameters {
				expiry: 1_000,
				service_interval: 1,
				execute_grace: 10,
				turn_grace: 10,
				exodus_timeout: 20,
				exit_time: 100,
				notice: 2_000,
			}),
			queue: Queue::default(),
			request_price: 1,
			deposits_paused: false,
			halted: Default::default(),
			exodus: None,
		};
		Self {
			id,
			number: 0,
			counters: Counters::default(),
			queue: Queue::default(),
			requests: BTreeMap::new(),
			waiting: VecDeque::new(),
			// One unit of each is a gift.
			funds: (0..3).map(|token| (TokenId(token), (0, 1))).collect(),
			status,
			happened: Vec::new(),
			posted: BTreeMap::new(),
			extrinsic: 0,
		}
	}

	/// Events of one extrinsic.
	pub fn happen(&mut self, events: impl IntoIterator<Item = Occurrence>, posted: Option<Posted>) {
		self.extrinsic += 1;
		let extrinsic = Some(self.extrinsic);
		self.happened.extend(events.into_iter().map(|what| Happened { extrinsic, what }));
		self.posted.extend(posted.map(|posted| (self.extrinsic, posted)));
	}

	pub fn event(&mut self, event: RollupEvent) {
		self.happen([Occurrence::Rollup(event)], None);
	}
}

impl World {
	pub fn new() -> Self {
		let network = Network::new(NETWORK, vec![A, B]).unwrap();
		let mut oracles: Vec<_> = (1..=4).map(|seed| SigningKey::from_bytes(&[seed; 32])).collect();
		oracles.sort_by_key(|oracle| <[u8; 32]>::from(VerificationKey::from(oracle)));
		Self {
			ledger: Ledger::new(network),
			sides: [Side::new(A), Side::new(B)],
			pages: Vec::new(),
			keys: development_keys(),
			oracles,
			last: None,
			revert_epoch: 0,
		}
	}

	pub fn identities() -> impl Iterator<Item = Identity> {
		[A, B].into_iter().map(|chain| Identity { network: NETWORK, chain, chains: vec![A, B] })
	}

	pub fn members(&self) -> Vec<[u8; 32]> {
		self.oracles.iter().map(|oracle| VerificationKey::from(oracle).into()).collect()
	}

	pub fn side(&mut self, chain: ChainId) -> &mut Side {
		&mut self.sides[usize::from(chain.0) - 1]
	}

	/// Both chains finalize a block.
	pub fn tick(&mut self) {
		let (keys, members) = (self.keys.clone(), self.members());
		for side in &mut self.sides {
			side.number += 1;
			let first = side.number == 1;
			let epoch = Epoch {
				number: 0,
				first_block: BlockNumber(0),
				usable_from: 0,
				hash: member_set_hash(0, &members),
				ended: None,
				members: members.clone(),
			};
			let funds = side.funds.iter();
			let funds =
				funds.map(|(token, (owed, held))| Fund { token: *token, owed: *owed, held: *held });
			let look = Look {
				status: Status {
					counters: side.counters,
					revert_epoch: self.revert_epoch,
					queue: side.queue,
					..side.status.clone()
				},
				funds: funds.collect(),
				requests: side.requests.iter().map(|(at, it)| (*at, it.clone())).collect(),
				keys: first.then(|| keys.clone()),
				epochs: first.then(|| vec![epoch]),
				operators: None,
				guardian: None,
			};
			side.extrinsic = 0;
			self.pages.push(Page {
				chain: side.id,
				head: Head { number: side.number, hash: [side.number as u8; 32] },
				time: START + PACE * u64::from(side.number),
				happened: std::mem::take(&mut side.happened),
				posted: std::mem::take(&mut side.posted),
				look: Some(look),
			});
		}
	}

	/// Time passes in which nothing happens.
	pub fn pass(&mut self, seconds: u64) {
		let blocks = (seconds / PACE) as u32;
		self.sides.iter_mut().for_each(|side| side.number += blocks);
		self.tick();
	}

	/// A request enters a queue, and what will serve it.
	pub fn request(&mut self, chain: ChainId, request: PriorityRequest, op: impl Into<Operation>) {
		let side = self.side(chain);
		let index = side.queue.next;
		if let PriorityRequest::Deposit { token, amount, .. } = &request {
			let (owed, held) = side.funds.get_mut(token).unwrap();
			(*owed, *held) = (*owed + amount.get(), *held + amount.get());
		}
		let hash = request.content_hash(NETWORK, chain, index);
		let expires = side.number + 1_000;
		side.queue.next += 1;
		side.queue.last_expiry = expires;
		side.requests.insert(index, Request { request, payer: [1; 32], expires });
		side.waiting.push_back(op.into());
		side.event(RollupEvent::RequestQueued { index, hash, payer: [1; 32], price: 1, expires });
	}

	/// Builds a block of what waits in the queues, and these operations.
	pub fn build(&mut self, operations: Vec<Operation>) -> Built {
		let number = BlockNumber(self.ledger.number().0 + 1);
		let class = SizeClass::new(1).unwrap();
		self.ledger
			.begin_block(BlockParams {
				number,
				timestamp: Timestamp::new(START + number.0).unwrap(),
				fee_accounts: vec![index(0); 2],
				classes: vec![class; 2],
				join_class: JoinClass::new(1).unwrap(),
				verify_signatures: true,
			})
			.unwrap();
		let waiting = self.sides.iter_mut().flat_map(|side| side.waiting.drain(..));
		for operation in waiting.collect::<Vec<_>>().iter().chain(&operations) {
			self.ledger.apply(operation).unwrap();
		}
		let sealed = self.ledger.seal().unwrap();
		let data = sealed.chains.iter().map(|chain| chain.bytes.clone()).collect();
		let header = Header {
			network: NETWORK,
			chain_list_hash: CHAINS,
			number,
			parent: self.last.map_or([0; 32], |(_, hash)| hash),
			revert_epoch: self.revert_epoch,
			oracle_epoch: 0,
			member_set_hash: member_set_hash(0, &self.members()),
			timestamp: sealed.timestamp,
			circuit_version: 1,
			keys_digest: [0; 32],
			join_class: sealed.join_class,
			chains: sealed.chains.into_iter().map(|chain| chain.header).collect(),
		};
		let header = self.with_keys(header);
		self.last = Some((number, header.hash()));
		Built { header, data }
	}

	/// The header with the digest of the keys that it needs.
	pub fn with_keys(&self, header: Header) -> Header {
		let digest = |circuit| {
			let key = self.keys.iter().find(|key| key.version == 1 && key.circuit == circuit);
			key.map(|key| key.digest).unwrap_or_default()
		};
		let halves = header.chains.iter().map(|part| part.size_class);
		let halves: Vec<_> = halves.map(|it| (it, digest(Circuit::Chain(it)))).collect();
		let join = (header.join_class, digest(Circuit::Join(header.join_class)));
		Header { keys_digest: keys_digest(1, join, &halves), ..header }
	}

	/// Takes the ledger, and the blocks built after it, back.
	pub fn rollback(&mut self, to: &Built) {
		self.ledger.rollback(to.number()).unwrap();
		self.last = Some((to.number(), to.hash()));
	}
}
