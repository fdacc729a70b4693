// SPDX-License-Identifier: Apache-2.0

//! A block of the rollup is proven by a node alone: its off-chain worker orders the proof, its prover makes
//! it, and the worker sends it.
//!
//! The key of the smallest class is kept in the user's cache folder: only the first run makes it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use codec::{Decode, Encode};
use common::{Node, PATIENCE, call, run};
use jsonrpsee::{rpc_params, ws_client::WsClient};
use ligature_ledger::{BlockParams, Ledger, record::BlockRecord, tree::Sequential};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::{Header, Network},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Owner, Timestamp, TokenId},
	op::{Deposit, Target},
};
use ligature_prover::{
	Provers,
	key::KeyStore,
	source::{SourceBlock, write_block},
};
use ligature_runtime::{
	AccountId, Address, Hash, RuntimeCall, Signature, UncheckedExtrinsic,
	configs::immortal_payload, rollup_api::RollupStatus,
};
use pallet_rollup::BlockStatus;
use polkadot_sdk::{
	pallet_sudo,
	sp_core::{
		Pair,
		bytes::{from_hex, to_hex},
		sr25519,
	},
};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const ALPHA: ChainId = ChainId(1);
const BETA: ChainId = ChainId(2);

/// The node of chain alpha, which Alice operates.
struct Chain {
	client: WsClient,
	genesis: Hash,
}

impl Chain {
	async fn connect(node: &Node) -> Self {
		let client = node.client().await;
		let genesis: String = call(&client, "chain_getBlockHash", rpc_params![0]).await;
		let genesis = Hash::from_slice(&from_hex(&genesis).unwrap());
		Self { client, genesis }
	}

	/// Asks the runtime.
	async fn ask<T: Decode>(&self, method: &str, arguments: &[u8]) -> T {
		let arguments = to_hex(arguments, false);
		let answer: String = call(&self.client, "state_call", rpc_params![method, arguments]).await;
		T::decode(&mut &from_hex(&answer).unwrap()[..]).unwrap()
	}

	async fn status(&self) -> RollupStatus {
		self.ask("RollupApi_status", &[]).await
	}

	async fn block(&self, number: u64) -> Option<BlockStatus> {
		self.ask("RollupApi_block_status", &BlockNumber(number).encode()).await
	}

	/// Sends a call that Alice signs.
	async fn send(&self, call_: RuntimeCall) {
		let alice = sr25519::Pair::from_string("//Alice", None).unwrap();
		let account = AccountId::from(alice.public());
		let address = account.to_string();
		let nonce: u32 = call(&self.client, "system_accountNextIndex", rpc_params![address]).await;
		let payload = immortal_payload(call_, nonce, 0, self.genesis);
		let signature = payload.using_encoded(|bytes| Signature::Sr25519(alice.sign(bytes)));
		let (call_, extension, _) = payload.deconstruct();
		let sender = Address::Id(account);
		let extrinsic = UncheckedExtrinsic::new_signed(call_, sender, signature, extension);
		let bytes = to_hex(&extrinsic.encode(), false);
		let _: String = call(&self.client, "author_submitExtrinsic", rpc_params![bytes]).await;
	}

	/// Waits until the rollup is where it should be.
	async fn wait(&self, node: &Node, what: &str, there: impl Fn(&RollupStatus) -> bool) {
		let start = Instant::now();
		loop {
			let status = self.status().await;
			if there(&status) {
				return;
			}
			assert!(
				start.elapsed() < 3 * PATIENCE,
				"{what}: not in time, {status:?}\n{}",
				node.log_tail()
			);
			tokio::time::sleep(Duration::from_millis(500)).await;
		}
	}
}

/// A block in which somebody deposits on chain beta, for alpha to take: its record and its header.
fn block(genesis: &Header, parent: [u8; 32]) -> (Header, BlockRecord, Vec<u8>) {
	let network = Network::new(NetworkId(genesis.network.0), vec![ALPHA, BETA]).unwrap();
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
	let deposit = Deposit {
		chain: BETA,
		token: TokenId(0),
		owner: Owner([7; 32]),
		amount: Amount::new(1_000).unwrap(),
		key: None,
		target: Target::New,
	};
	let record = BlockRecord {
		params: BlockParams {
			number: BlockNumber(1),
			timestamp: Timestamp::new(now).unwrap(),
			fee_accounts: vec![AccountIndex::ZERO; 2],
			classes: vec![SizeClass::new(1).unwrap(); 2],
			join_class: JoinClass::new(1).unwrap(),
			verify_signatures: true,
		},
		operations: vec![deposit.into()],
	};
	let before = Ledger::new(network);
	let sealed = record.execute(&mut before.clone(), &Sequential).unwrap();
	let mut header = Header {
		number: sealed.number,
		parent,
		timestamp: sealed.timestamp,
		circuit_version: 1,
		join_class: sealed.join_class,
		chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		..genesis.clone()
	};
	let provers = Provers::insecure_development(KeyStore::from_environment().unwrap());
	let source = SourceBlock { before, record: record.clone() };
	let job = source.job(&header, &Sequential).unwrap();
	header.keys_digest = provers.keys_digest(&header, &job).unwrap();
	(header, record, sealed.chains[0].bytes.clone())
}

#[tokio::test]
async fn a_committed_block_should_be_proven_by_the_node_itself() {
	let base = tempfile::tempdir().unwrap();
	let folder = base.path().join("blocks");
	let source = folder.to_str().unwrap();
	let arguments =
		["--chain", "alpha", "--alice", "--prover-source", source, "--prover-threads", "2"];
	let node = Node::start(base.path(), &arguments).await;
	let chain = Chain::connect(&node).await;

	let hashes = vec![chain.genesis.0, [2; 32]].try_into().unwrap();
	let open = pallet_rollup::Call::open_network { genesis_hashes: hashes };
	chain.send(pallet_sudo::Call::sudo { call: Box::new(open.into()) }.into()).await;
	chain.wait(&node, "the network opens", |status| status.chain_list_hash.is_some()).await;

	let genesis = chain.block(0).await.expect("the network is open");
	let (header, record, data) = block(&genesis.header, genesis.hash);
	let commit = pallet_rollup::Call::commit_block {
		header: Box::new(header.clone()),
		data: data.try_into().unwrap(),
	};
	chain.send(commit.into()).await;
	chain.wait(&node, "the block is committed", |status| status.counters.committed.0 == 1).await;
	assert_eq!(chain.block(1).await.unwrap().hash, header.hash());

	// The block is not in the folder yet. The node dies, and starts again with the job in its database.
	node.wait_for(8, false).await;
	node.kill();
	let node = Node::start(base.path(), &arguments).await;
	let chain = Chain::connect(&node).await;
	assert_eq!(chain.status().await.counters.proven.0, 0);
	std::fs::create_dir_all(&folder).unwrap();
	write_block(&folder, &header, &record, None).unwrap();
	chain.wait(&node, "the block is proven", |status| status.counters.proven.0 == 1).await;

	let status = node.interrupt();
	assert!(status.success(), "Ctrl-C ends with {status}");
}

#[test]
fn a_prover_without_off_chain_workers_should_be_refused() {
	let folder = tempfile::tempdir().unwrap();
	let source = folder.path().to_str().unwrap();
	let never = ["--dev", "--tmp", "--offchain-worker", "never", "--prover-source", source];
	let (status, stderr) = run(&never);
	assert!(!status.success());
	assert!(stderr.contains("--prover-source needs off-chain workers"), "{stderr}");

	let (status, stderr) = run(&["--dev", "--tmp", "--prover-threads", "2"]);
	assert!(!status.success());
	assert!(stderr.contains("--prover-source"), "{stderr}");
}
