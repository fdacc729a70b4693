// SPDX-License-Identifier: Apache-2.0

//! The operator's database is gone in mid-trade: what the chains hold is enough to go on.

use ligature_cli::session::Goal;
use ligature_e2e::{ALPHA, BETA, Holdings, World, program, solvency, units};
use serde_json::Value;
use std::{path::Path, process::Command};

/// Runs `ligature` with `--json`; what it prints.
fn ligature(arguments: &[&str]) -> Value {
	let output = Command::new(program("ligature"))
		.args(arguments)
		.arg("--json")
		.output()
		.expect("the program runs");
	let (out, err) =
		(String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
	assert!(output.status.success(), "ligature {arguments:?}: {out}{err}");
	serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

fn text(path: &Path) -> String {
	path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_operator_should_go_on_from_the_chains_alone() {
	let mut world = World::start().await;
	world.deposits("1000", "1").await;
	world.pool("400", "0.1").await;
	let (usdt, weth) = (world.usdt.clone(), world.weth.clone());
	let swap = world.swap(&world.eve, &usdt, &weth, "10").await;
	world.all_the_way(&swap).await;
	world.settled().await;
	let before = Holdings::of(&world, &world.ferdie).await;

	// In mid-trade: this one is committed; only a prover that has the block already can still prove it.
	let lost = world.transfer(&world.ferdie, &usdt, &world.eve, "7").await;
	let hash = world.send(&lost).await;
	world.reaches(hash, Goal::Committed).await;
	world.network().kill("operator").expect("it dies");
	let folder = world.devnet();
	std::fs::remove_dir_all(folder.data("operator")).unwrap();
	world.say("the operator's database is gone");
	// What is recovered is what the chains have finalized: that a block is executed they say before. Provers that were at
	// work on the last block finish it by themselves, and nothing is lost; else it falls.
	world.finalize().await;
	for _ in 0..25 {
		let mut open = 0;
		for id in [ALPHA, BETA] {
			let at = world.chain(id).await.finalized().await.unwrap();
			let counters = at.status().await.unwrap().counters;
			open += counters.committed.0 - counters.proven.0;
		}
		if open == 0 {
			break;
		}
		tokio::time::sleep(std::time::Duration::from_secs(1)).await;
	}

	// What the chains say, from their nodes.
	let scratch = tempfile::tempdir().unwrap();
	let place = |name: &str| text(&scratch.path().join(name));
	let urls: Vec<String> =
		world.network().endpoints().chains.iter().map(|chain| chain.url.clone()).collect();
	let nodes = ["--chain-url", &urls[0], "--chain-url", &urls[1]];
	let kept = place("kept");
	let from_nodes = |command: &[&str]| {
		let mut arguments = vec!["recover"];
		arguments.extend(command);
		arguments.extend(nodes);
		arguments.extend(["--folder", &kept]);
		ligature(&arguments)
	};
	let ledger = from_nodes(&["ledger"]);
	for (place, id) in [ALPHA, BETA].into_iter().enumerate() {
		let executed = world.status(id).await.counters.executed;
		let block = world.block(id, executed).await.unwrap();
		let chain = &ledger["chains"][place];
		assert_eq!(chain["block"], executed.0, "{ledger}");
		assert_eq!(chain["hash"], hex(block.hash));
	}
	world.say("every root is the one in its header");

	// The same from exported blocks, without a node; and from one chain alone.
	for (url, name) in urls.iter().zip(["alpha", "beta"]) {
		let exported = ligature(&["recover", "export", &place(name), "--chain-url", url]);
		assert!(exported["last"].as_u64().unwrap() > 10, "{exported}");
	}
	let (alpha, beta, other) = (place("alpha"), place("beta"), place("other"));
	let exported =
		ligature(&["recover", "ledger", "--blocks", &alpha, "--blocks", &beta, "--folder", &other]);
	assert_eq!(roots(&exported), roots(&ledger));
	let alone = place("alone");
	let alone = ligature(&["recover", "ledger", "--blocks", &beta, "--folder", &alone]);
	assert_eq!(alone["chains"][0]["root"], ledger["chains"][1]["root"]);
	// What the operator knew of Ferdie, anybody knows.
	let address = ligature_chain::address(&world.ferdie.owner().0);
	let balances = from_nodes(&["balances", &address]);
	let units_of = |chain: u8, token: u16| -> u128 {
		let accounts = balances["accounts"].as_array().unwrap().iter();
		let own = accounts.filter(|account| account["chain"] == chain);
		let balances = own.flat_map(|account| account["balances"].as_array().unwrap());
		let found = balances.filter(|balance| balance["token"] == token);
		found.map(|balance| balance["units"].as_str().unwrap().parse::<u128>().unwrap()).sum()
	};
	assert_eq!(units_of(1, usdt.id.0), before.usdt);
	assert_eq!(units_of(2, weth.id.0), before.weth);
	world.say("exported blocks, and one chain alone, lead to the same");

	// A new operator.
	let handover = place("handover");
	let made = from_nodes(&["handover", &handover]);
	let config = text(&folder.config("operator"));
	let done = ligature(&["operator", "import", "--config", &config, "--from", &handover]);
	assert_eq!(done["block"], made["block"]);
	let again = ligature(&["operator", "import", "--config", &config, "--from", &handover]);
	assert_eq!(again["block"], made["block"], "a second time changes nothing");
	world.restart("operator").await.expect("it starts from what was imported");
	world.say(&format!("a new operator goes on: {made}"));

	// It knows everybody, takes back what nobody can prove, and the same transaction can be sent again.
	let fallen = made["takenBack"].as_u64().unwrap() > 0;
	if fallen {
		assert_eq!(Holdings::of(&world, &world.ferdie).await, before);
		assert_eq!(world.send(&lost).await, hash);
		world.reaches(hash, Goal::Executed).await;
	} else {
		world.settled().await;
	}
	let moved = Holdings::of(&world, &world.ferdie).await;
	assert_eq!(before.usdt - moved.usdt, units(&usdt, "7").get() + lost.fee.get());
	let swap = world.swap(&world.ferdie, &weth, &usdt, "0.001").await;
	world.all_the_way(&swap).await;
	world.settled().await;
	let after = Holdings::of(&world, &world.ferdie).await;
	assert!(after.weth < moved.weth && after.usdt > moved.usdt);
	solvency(&world).await;
	world.stop().await;
}

/// The oracles sign the last block when the old operator, which relays their votes, is gone. They bring them to the new
/// one, which has no vote at all, and each of them hears the others'.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_proven_should_be_certified_under_a_new_operator() {
	let mut world = World::start().await;
	world.deposits("1000", "1").await;
	world.settled().await;
	let before = Holdings::of(&world, &world.ferdie).await;
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "7").await;
	let hash = world.send(&transfer).await;
	world.reaches(hash, Goal::Proven).await;
	world.network().kill("operator").expect("it dies");
	let folder = world.devnet();
	std::fs::remove_dir_all(folder.data("operator")).unwrap();
	world.say("the operator's database is gone");
	world.finalize().await;
	let last = world.status(ALPHA).await.counters;
	assert!(last.proven > last.certified, "nobody hears the votes about the last block");

	let scratch = tempfile::tempdir().unwrap();
	let (kept, handover) =
		(text(&scratch.path().join("kept")), text(&scratch.path().join("handover")));
	let mut arguments = vec!["recover", "handover", &handover, "--folder", &kept];
	let urls = world.chain_urls();
	arguments.extend(urls.iter().flat_map(|url| ["--chain-url", url.as_str()]));
	let made = ligature(&arguments);
	assert_eq!((&made["block"], &made["takenBack"]), (&last.proven.0.into(), &0.into()));
	let config = text(&folder.config("operator"));
	ligature(&["operator", "import", "--config", &config, "--from", &handover]);
	world.restart("operator").await.expect("it starts from what was imported");

	assert_eq!(world.settled().await, last.proven, "the block is executed as it was");
	let after = Holdings::of(&world, &world.ferdie).await;
	assert_eq!(before.usdt - after.usdt, units(&world.usdt, "7").get() + transfer.fee.get());
	solvency(&world).await;
	world.stop().await;
}

fn hex(hash: [u8; 32]) -> String {
	hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn roots(ledger: &Value) -> Vec<Value> {
	ledger["chains"].as_array().unwrap().iter().map(|chain| chain["root"].clone()).collect()
}
