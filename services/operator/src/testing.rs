// SPDX-License-Identifier: Apache-2.0

//! What the tests of this crate stand on: a real engine and a real database in a temporary folder, chains 1 and 2 of
//! a network as the board has them, and people with keys.

use crate::{
	board::{Board, ChainState},
	engine::{Built, Engine, EngineConfig, FeeFloors, KeyDigests, MempoolConfig, Terms},
	gate::Gate,
	metrics::Metrics,
	notice::Notices,
	proofs::{Keys, ProofBoard},
	revert::Reverter,
	run::{Builder, Rules},
	server::{Api, Checker},
	settlement::{ChainView, Lines, Shared},
	store::{SqliteStore, Store},
	votes::VoteBox,
};
use ark_bls12_381::Bls12_381;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ed25519_dalek::{Signer, SigningKey};
use ligature_chain::{Circuit, Counters, Epoch, Key};
use ligature_ledger::Ledger;
use ligature_operator_api::{Bytes, Hash32, PartName, ProofOf, TokenInfo, VoteBytes};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Header, Network, chain_list_hash, member_set_hash},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, Timestamp, TokenId},
	keys::SecretKey,
	op::{SignedTransaction, TransferBody},
	pool::PoolParams,
	priority::PriorityRequest,
	vote::VoteMessage,
};
use ligature_service_kit::{Shutdown, Trigger};
use ligature_zk_verifier::VerifyingKey;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// The first chain.
pub const ALPHA: ChainId = ChainId(1);
/// The second chain.
pub const BETA: ChainId = ChainId(2);
/// The network.
pub const NETWORK: NetworkId = NetworkId(7);
/// When blocks of the tests are built, in seconds since 1970.
pub const TIME: u64 = 1_800_000_000;
/// When transactions of the tests expire.
pub const EXPIRY: u64 = 1_900_000_000;

/// Somebody.
#[derive(Clone, Copy)]
pub struct Person(pub u8);

impl Person {
	/// The account on L1.
	pub fn owner(self) -> Owner {
		Owner([self.0; 32])
	}

	/// The key on the ledger.
	pub fn secret(self) -> SecretKey {
		SecretKey::from_seed(&[self.0; 32])
	}
}

/// A deposit of a token on a chain, with the depositor's key.
pub fn deposit(person: Person, token: u16, amount: u128) -> PriorityRequest {
	PriorityRequest::Deposit {
		token: TokenId(token),
		owner: person.owner(),
		amount: Amount::new(amount).expect("small"),
		key: Some(person.secret().public_key()),
	}
}

/// A transfer on the first chain, of token 0.
pub fn transfer(from: Person, account: u32, nonce: u32, to: Person, amount: u128) -> Vec<u8> {
	transfer_in(NETWORK, from, account, nonce, to, amount)
}

/// The same for a network of this number.
pub fn transfer_in(
	network: NetworkId,
	from: Person,
	account: u32,
	nonce: u32,
	to: Person,
	amount: u128,
) -> Vec<u8> {
	let body = TransferBody {
		chain: ALPHA,
		account: AccountIndex::new(account).expect("small"),
		nonce: Nonce(nonce),
		token: TokenId(0),
		receiver: to.owner(),
		amount: Amount::new(amount).expect("small"),
		fee: Fee::ZERO,
	};
	let expiry = Timestamp::new(EXPIRY).expect("small");
	SignedTransaction::sign(network, expiry, body, &from.secret()).encode()
}

/// A key of the development chains, as their presets have it.
#[derive(Deserialize)]
struct DevelopmentKey {
	version: u16,
	circuit: DevelopmentCircuit,
	key: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum DevelopmentCircuit {
	Chain(u8),
	Join(u8),
}

/// The verifying keys of the development chains.
pub fn development_keys() -> Vec<Key> {
	let text = include_str!("../../../runtime/keys/insecure-development.json");
	let keys: Vec<DevelopmentKey> = serde_json::from_str(text).expect("a list of keys");
	let keys = keys.into_iter().map(|DevelopmentKey { version, circuit, key: Bytes(bytes) }| {
		let key = VerifyingKey::<Bls12_381>::from_bytes(&bytes).expect("a key");
		let circuit = match circuit {
			DevelopmentCircuit::Chain(class) => {
				Circuit::Chain(SizeClass::new(class).expect("a class"))
			},
			DevelopmentCircuit::Join(class) => {
				Circuit::Join(JoinClass::new(class).expect("a class"))
			},
		};
		Key {
			version,
			circuit,
			digest: key.digest(),
			bytes,
			usable: true,
			usable_from: 0,
			retired: false,
			development: true,
		}
	});
	keys.collect()
}

/// The digests of the development keys.
fn digests() -> KeyDigests {
	let mut digests = KeyDigests::default();
	for key in development_keys() {
		match key.circuit {
			Circuit::Chain(class) => digests.halves.insert(class, key.digest),
			Circuit::Join(class) => digests.joins.insert(class, key.digest),
		};
	}
	digests
}

/// The four oracles, ascending by key.
pub fn oracles() -> Vec<SigningKey> {
	let mut oracles: Vec<_> = (1..=4).map(|seed| SigningKey::from_bytes(&[seed; 32])).collect();
	oracles.sort_by_key(|oracle| oracle.verifying_key().to_bytes());
	oracles
}

fn members() -> Vec<[u8; 32]> {
	oracles().iter().map(|oracle| oracle.verifying_key().to_bytes()).collect()
}

/// An oracle's vote.
pub fn vote(oracle: &SigningKey, message: &VoteMessage) -> VoteBytes {
	let message = message.encode();
	VoteBytes {
		signature: oracle.sign(&message).to_bytes().to_vec().into(),
		member: Hash32(oracle.verifying_key().to_bytes()),
		message: message.into(),
	}
}

/// What an engine of these tests has to know.
pub fn engine_config(genesis: &Header, mempool: MempoolConfig, fees: FeeFloors) -> EngineConfig {
	EngineConfig {
		network: Network::new(NETWORK, vec![ALPHA, BETA]).expect("two chains"),
		genesis: genesis.clone(),
		fee_owner: Some(Person(99).owner()),
		class: SizeClass::new(1).expect("a class"),
		join_class: JoinClass::new(1).expect("a class"),
		circuit_version: 1,
		keys: digests(),
		mempool,
		fees,
		undo: 16,
		snapshot_every: 4,
	}
}

/// An operator without chains: whatever else it has is real.
pub struct World {
	/// What the methods ask.
	pub api: Api,
	/// Of the limits.
	pub shared: Shared,
	/// The header of block 0.
	pub genesis: Header,
	/// Ends the tasks.
	_trigger: Trigger,
	_folder: TempDir,
}

impl World {
	/// An operator whose mempool has these limits.
	pub async fn with(mempool: MempoolConfig, fees: FeeFloors) -> Self {
		let network = Network::new(NETWORK, vec![ALPHA, BETA]).expect("two chains");
		let root = Ledger::new(network.clone()).states()[0].root();
		let list = chain_list_hash(NETWORK, &[(ALPHA, [1; 32]), (BETA, [2; 32])]);
		let set = member_set_hash(0, &members());
		let genesis = Header::genesis(&network, list, set, root);
		let folder = tempfile::tempdir().expect("a folder");
		let store: Arc<dyn Store> =
			Arc::new(SqliteStore::open(folder.path()).await.expect("a database"));
		let config = engine_config(&genesis, mempool, fees);
		let engine = Engine::start(config, store.clone()).await.expect("it starts");
		let board = Board::new(vec![
			ChainState::new(ALPHA, "alpha", "ws://127.0.0.1:1", [1; 32]),
			ChainState::new(BETA, "beta", "ws://127.0.0.1:2", [2; 32]),
		]);
		for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
			let tip = genesis.hash();
			board.update(place, |state| {
				state.clock = Timestamp::new(TIME).expect("small");
				state.finalized = 10;
				state.tokens =
					vec![TokenInfo { id: 0, asset: None, symbol: "LIG".into(), decimals: 12 }];
				state.epochs = vec![Epoch {
					number: 0,
					first_block: BlockNumber(0),
					usable_from: 0,
					hash: set,
					ended: None,
					members: members(),
				}];
				state.view = Some(ChainView {
					chain,
					best: 12,
					counters: Counters::default(),
					revert_epoch: 0,
					guardian: false,
					refused: None,
					exodus: false,
					tip,
				});
			});
		}
		let metrics = Metrics::new().expect("names differ");
		let notices = Notices::default();
		let (reverter, petitions) = mpsc::channel(8);
		let shared = Shared {
			engine: engine.clone(),
			store: store.clone(),
			lines: Lines::new(store.clone(), &genesis),
			board: board.clone(),
			gate: Gate::new(engine.clone(), metrics.clone()),
			notices: notices.clone(),
			metrics: metrics.clone(),
			council: reverter.clone(),
		};
		let rules = Rules {
			max_wait: Duration::from_millis(50),
			max_open: 3,
			unreachable_after: Duration::from_secs(3_600),
		};
		let keys = Keys::new(&development_keys()).expect("they are keys");
		let proofs =
			ProofBoard::new(store.clone(), board.clone(), keys, notices.clone(), metrics.clone());
		let api = Api {
			network: network.clone(),
			engine: engine.clone(),
			store: store.clone(),
			board: board.clone(),
			gate: shared.gate.clone(),
			notices: notices.clone(),
			proofs,
			votes: VoteBox::new(store, board, NETWORK, metrics.clone()),
			checker: Checker::new(network),
			builder: Builder::new(shared.clone(), rules),
			reverter,
			metrics,
		};
		let (shutdown, trigger) = Shutdown::manual();
		tokio::spawn(notices.follow(engine, shutdown.clone()));
		tokio::spawn(Reverter::new(shared.clone(), 2).run(petitions, shutdown));
		Self { api, shared, genesis, _trigger: trigger, _folder: folder }
	}

	/// An operator.
	pub async fn new() -> Self {
		Self::with(MempoolConfig::default(), FeeFloors::default()).await
	}

	/// An operator, and block 1, in which people 1 and 2 have deposited a million of token 0 on the first chain; they
	/// are its accounts 0 and 1.
	pub async fn with_deposits() -> Self {
		let world = Self::new().await;
		world
			.requests(
				ALPHA,
				0,
				&[deposit(Person(1), 0, 1_000_000), deposit(Person(2), 0, 1_000_000)],
			)
			.await;
		world.build().await;
		world
	}

	/// Requests of a chain become final.
	pub async fn requests(&self, chain: ChainId, first: u64, requests: &[PriorityRequest]) {
		let requests = (first..).zip(requests.iter().cloned()).collect();
		self.api.engine.requests(chain, requests).await;
	}

	/// Builds a block.
	///
	/// # Panics
	///
	/// If there is nothing to put in.
	pub async fn build(&self) -> Built {
		let status = self.api.engine.status().await;
		let number = BlockNumber(status.built.0 + 1);
		let (oracle_epoch, member_set_hash) = self.api.board.epoch_of(number).expect("an epoch");
		let timestamp = Timestamp::new(TIME).expect("small");
		let terms = Terms { timestamp, oracle_epoch, member_set_hash };
		self.api.engine.build(terms).await.expect("it is built").expect("something waits")
	}

	/// A chain says how far it has come.
	pub fn counters(&self, place: usize, [committed, proven, certified, executed]: [u64; 4]) {
		self.api.board.update(place, |state| {
			let view = state.view.as_mut().expect("there is one");
			view.counters = Counters {
				committed: BlockNumber(committed),
				proven: BlockNumber(proven),
				certified: BlockNumber(certified),
				executed: BlockNumber(executed),
			};
		});
	}
}

/// A proof of a part of a block that verifies: from the secrets of the development keys, without a witness.
pub fn simulated(header: &Header, name: PartName, salt: u64) -> ProofOf {
	let part = crate::proofs::part(header, name).expect("the block has it");
	let keys = development_keys();
	let key =
		keys.iter().find(|key| key.version == 1 && key.circuit == part.circuit).expect("a key");
	let key = ark_groth16::VerifyingKey::<Bls12_381>::deserialize_compressed(&key.bytes[..]);
	let proof =
		ligature_prover::key::insecure_simulate(&key.expect("a key"), part.input, salt.into());
	let mut bytes = Vec::new();
	proof.serialize_compressed(&mut bytes).expect("memory takes all bytes");
	ProofOf { part: name, proof: bytes.into() }
}

/// A pool of token 0 of the first chain and token 0 of the second.
pub fn pool() -> PoolParams {
	PoolParams { chain0: ALPHA, token0: TokenId(0), chain1: BETA, token1: TokenId(0), fee_bps: 30 }
}
