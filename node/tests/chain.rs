// SPDX-License-Identifier: Apache-2.0

//! The node as a process: it produces and finalizes blocks, and survives what happens to nodes.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use common::{Node, call, height_of};
use jsonrpsee::rpc_params;
use serde_json::Value;
use std::time::{Duration, SystemTime};

#[tokio::test]
async fn a_development_node_should_finalize_and_stop_on_ctrl_c() {
	let base = tempfile::tempdir().unwrap();
	let node = Node::start(base.path(), &["--dev"]).await;
	node.wait_for(3, true).await;

	let client = node.client().await;
	let properties: Value = call(&client, "system_properties", rpc_params![]).await;
	assert_eq!(properties["tokenSymbol"], "LIG");
	assert_eq!(properties["tokenDecimals"], 12);
	assert_eq!(properties["ss58Format"], 42);

	let status = node.interrupt();
	assert!(status.success(), "Ctrl-C ends with {status}");
}

#[tokio::test]
async fn the_chain_should_go_on_from_the_database_after_a_kill() {
	let base = tempfile::tempdir().unwrap();
	let arguments = ["--chain", "alpha", "--alice"];
	let node = Node::start(base.path(), &arguments).await;
	let (height, hash) = node.wait_for(4, true).await;
	node.kill();

	let node = Node::start(base.path(), &arguments).await;
	let client = node.client().await;
	let same: String = call(&client, "chain_getBlockHash", rpc_params![height]).await;
	assert_eq!(same, hash, "the finalized block is still there");
	node.wait_for(height + 3, true).await;
}

/// Whatever lies in the cache: it is the same chain.
#[tokio::test]
async fn the_cache_should_change_nothing_but_the_start() {
	let folder = tempfile::tempdir().unwrap();
	let cache = folder.path().join("cache");
	let with = ["--chain", "alpha", "--alice", "--runtime-cache", cache.to_str().unwrap()];
	let genesis = async |name: &str, arguments: &[&str]| -> String {
		let node = Node::start(&folder.path().join(name), arguments).await;
		node.wait_for(2, false).await;
		call(&node.client().await, "chain_getBlockHash", rpc_params![0]).await
	};
	let kept = || -> Vec<_> {
		let files = std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
		files.filter(|path| path.extension().is_some_and(|it| it == "json")).collect()
	};
	let plain = genesis("plain", &with[..3]).await;
	assert_eq!(genesis("first", &with).await, plain);
	let [file] = &kept()[..] else { panic!("one genesis: {:?}", kept()) };
	let whole = std::fs::read(file).unwrap();
	assert!(cache.join("compiled").is_dir(), "the compiled runtime is there too");
	assert_eq!(genesis("second", &with).await, plain);
	// A file that has lost its end is made anew.
	std::fs::write(file, &whole[..whole.len() / 2]).unwrap();
	assert_eq!(genesis("third", &with).await, plain);
	assert_eq!((kept().len(), std::fs::read(file).unwrap()), (1, whole));
	// Another chain has another. Eight are kept, the youngest: what earlier builds have left goes.
	let old = |place: u64| cache.join(format!("genesis-{place}.json"));
	for place in 0..10 {
		let when = SystemTime::UNIX_EPOCH + Duration::from_secs(place);
		std::fs::File::create(old(place)).unwrap().set_modified(when).unwrap();
	}
	let other = ["--chain", "beta", "--bob", "--runtime-cache", cache.to_str().unwrap()];
	assert_ne!(genesis("other", &other).await, plain);
	assert_eq!(kept().len(), 8);
	assert!(file.exists() && (4..10).all(|place| old(place).exists()), "{:?}", kept());
}

#[tokio::test]
async fn a_validator_that_was_killed_should_catch_up_and_finality_should_resume() {
	let folder = tempfile::tempdir().unwrap();
	let (alice_base, bob_base) = (folder.path().join("alice"), folder.path().join("bob"));
	// A validator without peers waits for them, unless it is told to author all the same.
	let alice =
		Node::start(&alice_base, &["--chain", "local", "--alice", "--force-authoring"]).await;
	let bootnode = alice.address().await;
	let bob_arguments = ["--chain", "local", "--bob", "--bootnodes", &bootnode];

	let bob = Node::start(&bob_base, &bob_arguments).await;
	let (before, _) = alice.wait_for(3, true).await;
	bob.wait_for(before, true).await;
	bob.kill();

	// One of two validators cannot finalize, but it authors in its own slots.
	let (best, _) = alice.wait_for(before + 3, false).await;
	let client = alice.client().await;
	let final_head: String = call(&client, "chain_getFinalizedHead", rpc_params![]).await;
	let header: Value = call(&client, "chain_getHeader", rpc_params![final_head]).await;
	assert!(height_of(&header) < best, "one of two validators does not finalize alone");

	let bob = Node::start(&bob_base, &bob_arguments).await;
	let (height, hash) = bob.wait_for(best + 2, true).await;
	alice.wait_for(height, true).await;
	let same: String = call(&alice.client().await, "chain_getBlockHash", rpc_params![height]).await;
	assert_eq!(same, hash, "both hold the same chain");
}

/// The host calls for BLS12-381 are in the executor: a runtime call that needs them answers.
#[tokio::test]
async fn the_runtime_should_reach_the_curve_of_the_node() {
	// Compressed generators of G1 and G2, and the negated generator of G1 (the sign bit flipped).
	const G1: &str = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58\
		6c55e83ff97a1aeffb3af00adb22c6bb";
	const MINUS_G1: &str = "b7f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58\
		6c55e83ff97a1aeffb3af00adb22c6bb";
	const G2: &str = "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049\
		334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051\
		c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8";

	let base = tempfile::tempdir().unwrap();
	let node = Node::start(base.path(), &["--dev"]).await;
	let client = node.client().await;
	let check = async |pairs: String| -> String {
		let method = "CurveApi_pairing_product_is_one";
		call(&client, "state_call", rpc_params![method, format!("0x{pairs}")]).await
	};

	// SCALE: a vector's length is its compact encoding, 08 for two and 04 for one. The answer is
	// Ok (00) with a boolean, or Err (01) with the error's index.
	assert_eq!(check(format!("08{G1}{G2}{MINUS_G1}{G2}")).await, "0x0001", "e(P,Q)·e(−P,Q) = 1");
	assert_eq!(check(format!("08{G1}{G2}{G1}{G2}")).await, "0x0000", "e(P,Q)² ≠ 1");
	assert_eq!(check(format!("04{G1}{G2}")).await, "0x0000", "e(P,Q) ≠ 1");
	let infinity = format!("c0{}", "00".repeat(47));
	assert_eq!(check(format!("04{infinity}{G2}")).await, "0x0101", "infinity is refused");
	let off_curve = format!("9{}", &G1[1..94].to_string()) + "00";
	assert_eq!(check(format!("04{off_curve}{G2}")).await, "0x0101", "not a point");
	assert_eq!(check("00".into()).await, "0x0100", "no pairs");
}

/// `--dev` puts the session keys of Alice into the keystore, the prover's among them.
#[tokio::test]
async fn a_development_node_should_hold_the_prover_key() {
	// The sr25519 public key of `//Alice`.
	const ALICE: &str = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

	let base = tempfile::tempdir().unwrap();
	let node = Node::start(base.path(), &["--dev"]).await;
	let client = node.client().await;
	let has: bool = call(&client, "author_hasKey", rpc_params![ALICE, "lprv"]).await;
	assert!(has);
	let other: bool = call(&client, "author_hasKey", rpc_params![ALICE, "none"]).await;
	assert!(!other, "only under the key type of the prover");
}
