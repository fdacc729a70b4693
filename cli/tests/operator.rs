// SPDX-License-Identifier: Apache-2.0

//! The wallet's commands against a real operator: what goes through, what is refused, and what is said about it.

mod rollup;

use ligature_primitives::priority::PriorityRequest;
use rollup::{ALPHA, BETA, FEE, NOWHERE, USDT, WETH, World};
use serde_json::{Value, json};

const ALICE: [&str; 2] = ["--suri", "//Alice"];

/// Arguments and Alice's secret.
fn by_alice<'a>(args: &[&'a str]) -> Vec<&'a str> {
	[args, &ALICE].concat()
}

#[test]
fn a_transfer_should_arrive_and_be_told() {
	let world = World::new();
	let args = by_alice(&["transfer", "12.5", "USDT", "--to", "//Bob"]);
	let told = world.json(&args);
	assert_eq!(world.balance(ALPHA, "//Bob"), 12_500_000);
	assert_eq!(world.balance(ALPHA, "//Alice"), 1_000 * USDT - 12_500_000 - FEE);
	assert_eq!((&told["kind"], &told["state"]), (&json!("transfer"), &json!("block")));
	assert_eq!(told["amount"]["amount"], "12.5");
	assert_eq!(told["amount"]["units"], "12500000");
	assert_eq!(told["fee"]["amount"], "0.01");
	assert_eq!(told["transaction"]["state"], "inBlock");
	// For people: the account of Bob exists now.
	let (code, out, progress) = world.run(&args);
	assert_eq!(code, 0);
	assert!(out.starts_with("transfer of 12.5 USDT to 5FHneW46…M694ty: in block "), "{out}");
	assert!(out.contains(" on alpha: 12.5 → 25 USDT"), "{out}");
	assert!(progress.contains("sent 0x") && progress.contains("✓ in block"), "{progress}");
	assert!(!out.contains('\x1b') && !progress.contains('\x1b'), "no colours where no terminal is");
}

#[test]
fn a_hash_should_be_enough_to_follow_a_transaction() {
	let world = World::new();
	world.stop_building();
	let hash = world.ok(&by_alice(&["transfer", "1", "USDT", "--to", "//Bob", "--no-wait"]));
	let hash = hash.trim();
	assert!(world.ok(&["status", hash]).starts_with(&format!("{hash}: waits for a block")));
	assert_eq!(world.json(&["status", hash])["state"], "pending");
	// Somebody waits, and nobody builds.
	let (code, _, error) = world.run(&["status", hash, "--watch", "--timeout", "1"]);
	assert!(code == 1 && error.contains("is not executed after 1 s"), "{error}");
	assert!(error.contains("it was sent and may still be"), "{error}");
	let unknown = format!("0x{}", "0".repeat(64));
	let error = world.fails(1, &["status", &unknown, "--watch"]);
	assert!(error.contains("the operator refuses: NotFound (2007)"), "{error}");
}

#[test]
fn all_should_be_the_balance_less_the_fee() {
	let world = World::new();
	let told = world.json(&by_alice(&["withdraw", "all", "USDT"]));
	assert_eq!(told["amount"]["amount"], "999.99");
	assert_eq!(world.balance(ALPHA, "//Alice"), 0);
	let error = world.fails(1, &by_alice(&["withdraw", "all", "USDT"]));
	assert!(
		error.contains("your account on alpha has 0 USDT") && error.contains("nothing was sent"),
		"{error}"
	);
}

#[test]
fn a_swap_should_give_what_was_quoted() {
	let mut world = World::new();
	world.funded_pool();
	let before = world.balance(BETA, "//Alice");
	let args = by_alice(&["swap", "30", "USDT", "--for", "WETH"]);
	// A quote needs no wallet.
	let quoted = world.json(&["swap", "30", "USDT", "--for", "WETH", "--quote"]);
	assert_eq!(world.balance(BETA, "//Alice"), before, "a quote sends nothing");
	let gets: u128 = quoted["gets"]["units"].as_str().expect("text").parse().expect("a number");
	// 600 and 0.2 in the pool, 30 in, 0.3 % kept: 0.2 − 0.2·600/(600 + 29.91), rounded for the pool.
	assert_eq!(gets, 9_496_594_751_631_185);
	let (code, out, shown) = world.run(&args);
	assert_eq!(code, 0, "{shown}");
	assert!(out.starts_with("swap of 30 USDT for WETH@beta: in block "), "{out}");
	let expected = [
		"you pay  30 USDT on alpha, and a fee of 0.01 USDT",
		"you get  0.009496594751631185 WETH on beta",
		"         0.009449111777873029 WETH at least, with a slippage of 0.5%",
		"price    1 USDT = 0.000316553 WETH",
		"pool     USDT@alpha / WETH@beta, 0.3%",
	];
	for line in expected {
		assert!(shown.lines().any(|shown| shown == line), "{line}:\n{shown}");
	}
	assert_eq!(world.balance(BETA, "//Alice"), before + gets);
	// The other way, with the least written down.
	let told =
		world.json(&by_alice(&["swap", "0.001", "WETH", "--for", "USDT", "--min-out", "2.9"]));
	assert_eq!(told["least"]["amount"], "2.9");
}

#[test]
fn a_swap_below_the_limit_should_not_be_sent() {
	let mut world = World::new();
	world.funded_pool();
	let args = by_alice(&["swap", "30", "USDT", "--for", "WETH", "--min-out", "0.01"]);
	let error = world.fails(1, &args);
	assert!(
		error.contains("less than the least that you accept, 0.01 WETH; nothing was sent"),
		"{error}"
	);
	// A price that moves between quote and block: both are signed at the same price and none allows any slippage.
	world.stop_building();
	let args = by_alice(&["swap", "30", "USDT", "--for", "WETH", "--slippage", "0%", "--no-wait"]);
	let hashes = [world.ok(&args), world.ok(&args)];
	world.start_building();
	let watch = |hash: &String| world.run(&["status", hash.trim(), "--watch", "--timeout", "5"]);
	let (code, _, error) = watch(&hashes[1]);
	assert!(
		code == 1 && error.contains("the operator refuses: SlippageExceeded (1104)"),
		"{error}"
	);
	assert!(
		error.contains("allow more with --slippage") && error.contains("no funds have moved"),
		"{error}"
	);
	// The first went through, and would be executed if there were chains.
	assert!(watch(&hashes[0]).2.contains("✓ in block"));
}

#[test]
fn liquidity_should_go_in_and_come_out() {
	let mut world = World::new();
	world.pool();
	let (code, _, shown) =
		world.run(&by_alice(&["liquidity", "add", "0.2", "WETH@beta", "600", "USDT@alpha"]));
	assert_eq!(code, 0, "{shown}");
	assert!(shown.contains("you pay  600 USDT and 0.2 WETH"), "{shown}");
	assert!(shown.contains("shares   10954451149103 at least"), "{shown}");
	let told = world.json(&by_alice(&[
		"liquidity",
		"add",
		"60",
		"USDT@alpha",
		"1",
		"WETH@beta",
		"--slippage",
		"0",
	]));
	assert_eq!(told["expected"][0]["amount"], "60");
	// Shares are rounded down before the other token is computed from them.
	assert_eq!(told["expected"][1]["amount"], "0.019999999999994523");
	let pools = world.json(&["pools"]);
	assert_eq!(pools["pools"][0]["reserve0"]["amount"], "660");
	let text = world.ok(&["pools"]);
	assert!(
		text.contains("USDT@alpha / WETH@beta") && text.contains("1 USDT = 0.000333333 WETH"),
		"{text}"
	);
	let told = world.json(&by_alice(&["liquidity", "remove", "50%", "USDT@alpha", "WETH@beta"]));
	assert_eq!(told["expected"][0]["amount"], "329.999999");
	assert_eq!(told["expected"][1]["amount"], "0.109999999990859423");
	world.ok(&by_alice(&["liquidity", "remove", "all", "WETH@beta", "USDT@alpha"]));
	let error =
		world.fails(1, &by_alice(&["liquidity", "remove", "all", "USDT@alpha", "WETH@beta"]));
	assert!(error.contains("these are no shares"), "{error}");
	// What 1,000 locked shares are worth stays in the pool, one unit of USDT; the rest is back, less four fees.
	assert_eq!(world.balance(ALPHA, "//Alice"), 1_000 * USDT - 4 * FEE - 1);
}

#[test]
fn shares_should_be_transferred_as_a_token() {
	let mut world = World::new();
	world.funded_pool();
	world.ok(&by_alice(&["transfer", "1000", "lp:0@alpha", "--to", "//Bob"]));
	let bob = world.accounts("//Bob");
	assert_eq!((bob[0].balances[0].token, bob[0].balances[0].amount.0), (512, 1_000));
	let error = world.fails(2, &by_alice(&["withdraw", "1", "lp:0@alpha"]));
	assert!(
		error.contains("exist on the ledger only") && error.contains("liquidity remove"),
		"{error}"
	);
}

#[test]
fn what_the_wallet_cannot_do_should_be_said_before_it_is_sent() {
	let mut world = World::new();
	world.deposit(ALPHA, "//Charlie", USDT, false);
	let transfer = |who: &'static str| ["transfer", "1", "USDT", "--to", "//Bob", "--suri", who];
	let error = world.fails(1, &transfer("//Nobody"));
	assert!(
		error.contains("you have no account on alpha yet") && error.contains("ligature deposit"),
		"{error}"
	);
	let error = world.fails(1, &transfer("//Charlie"));
	assert!(
		error.contains("has no key yet") && error.contains("ligature key set --chain alpha"),
		"{error}"
	);
	let (owner, key) = (rollup::wallet("//Charlie").owner(), rollup::wallet("//Bob").key());
	world.serve(ALPHA, PriorityRequest::ChangePubKey { account: None, owner, key });
	let error = world.fails(1, &transfer("//Charlie"));
	assert!(
		error.contains("has another wallet's key") && error.contains("put this one's key there"),
		"{error}"
	);
	let error = world.fails(1, &by_alice(&["transfer", "1000", "USDT", "--to", "//Bob"]));
	assert!(
		error.contains("takes 1,000.01 USDT on alpha, and your account has 1,000 USDT"),
		"{error}"
	);
	let error = world.fails(1, &by_alice(&["swap", "1", "USDT", "--for", "WETH"]));
	assert!(error.contains("no pool of USDT@alpha and WETH@beta exists"), "{error}");
	world.pool();
	let error = world.fails(1, &by_alice(&["swap", "1", "USDT", "--for", "WETH"]));
	assert!(error.contains("no pool of USDT@alpha and WETH@beta has liquidity yet"), "{error}");
	let error = world.fails(
		1,
		&by_alice(&["liquidity", "add", "0.001", "USDT@alpha", "0.0000000000000001", "WETH@beta"]),
	);
	assert!(error.contains("InsufficientLiquidity (1106)"), "{error}");
	assert_eq!(world.balance(ALPHA, "//Alice"), 1_000 * USDT);
}

#[test]
fn what_the_operator_refuses_should_keep_its_name() {
	let world = World::new();
	let transfer = ["transfer", "1", "USDT", "--to", "//Bob"];
	let with = |more: &[&'static str]| world.fails(1, &[&by_alice(&transfer)[..], more].concat());
	let error = with(&["--fee", "0.009999"]);
	assert!(error.contains("the operator refuses: FeeTooLow (2004)"), "{error}");
	assert!(
		error.contains("help: leave --fee out") && error.contains("note: nothing was sent"),
		"{error}"
	);
	world.pause(Some("the demo is over"));
	let error = with(&[]);
	assert!(error.contains("NotAccepting (2005)") && error.contains("the demo is over"), "{error}");
	world.pause(None);
	world.stop_building();
	for _ in 0..4 {
		world.ok(&[&by_alice(&transfer)[..], &["--no-wait"]].concat());
	}
	assert!(with(&["--no-wait"]).contains("AccountFull (2001)"));
	let (code, out, _) = world.run(&[&by_alice(&transfer)[..], &["--json"]].concat());
	let told: Value = serde_json::from_str(&out).expect("JSON");
	assert_eq!(
		(code, &told["error"]["name"], &told["error"]["code"]),
		(1, &json!("AccountFull"), &json!(2_001))
	);
}

#[test]
fn a_transaction_that_expires_should_be_dropped_and_told() {
	let world = World::new();
	world.stop_building();
	let args = by_alice(&["transfer", "1", "USDT", "--to", "//Bob", "--valid", "1", "--no-wait"]);
	let hash = world.ok(&args);
	std::thread::sleep(std::time::Duration::from_millis(2_100));
	world.start_building();
	let (code, _, error) = world.run(&["status", hash.trim(), "--watch", "--timeout", "5"]);
	assert!(code == 1 && error.contains("the operator refuses: Expired (1063)"), "{error}");
	let text = world.ok(&["status", hash.trim()]);
	assert!(text.contains("refused: Expired (1063)"), "{text}");
	assert_eq!(world.balance(ALPHA, "//Alice"), 1_000 * USDT);
}

#[test]
fn tokens_and_chains_should_be_named_exactly() {
	let world = World::new();
	let fails = |amount, token, more: &[&'static str]| {
		world.fails(
			2,
			&[&by_alice(&["transfer", amount, token, "--to", "//Bob"])[..], more].concat(),
		)
	};
	let error = fails("1", "DOGE", &[]);
	assert!(error.contains("there is no token `DOGE`") && error.contains("USDT@alpha"), "{error}");
	let error = fails("1", "LIG", &[]);
	assert!(
		error.contains("on several chains") && error.contains("LIG@alpha, LIG@beta"),
		"{error}"
	);
	let error = fails("1", "USDT@gamma", &[]);
	assert!(
		error.contains("there is no chain `gamma`") && error.contains("alpha, beta"),
		"{error}"
	);
	assert!(fails("1", "USDT@alpha", &["--chain", "beta"]).contains("`USDT@alpha` is not on beta"));
	assert!(fails("1", "#1", &[]).contains("does not say on which chain"));
	let error = fails("1.0000001", "USDT", &[]);
	assert!(error.contains("has 7 decimals, and there are 6"), "{error}");
	assert!(fails("0", "USDT", &[]).contains("moves nothing"));
	assert!(fails("one", "USDT", &[]).contains("is not an amount"));
	// All of these are the same token.
	for token in ["usdt", "USDT@1", "#1@alpha", "USDT@Ligature Alpha"] {
		world.ok(&by_alice(&["transfer", "0.5", token, "--to", "//Bob"]));
	}
	assert_eq!(world.balance(ALPHA, "//Bob"), 2 * USDT);
}

#[test]
fn blocks_should_be_listed_with_what_is_in_them() {
	let mut world = World::new();
	world.funded_pool();
	let told = world.json(&["blocks", "1"]);
	let block = &told["blocks"][0];
	assert_eq!(told["blocks"].as_array().map(Vec::len), Some(1));
	assert_eq!((&block["number"], &block["joint"]), (&told["status"]["built"], &json!(1)));
	let text = world.ok(&["blocks"]);
	assert!(text.contains("takes transactions; 0 wait; last block"), "{text}");
	assert!(text.contains("32 slots, not committed"), "{text}");
	world.pause(Some("of a test"));
	assert!(world.ok(&["blocks"]).contains("takes no transactions: of a test"));
}

#[test]
fn chains_that_are_away_should_be_named_and_the_rest_shown() {
	let world = World::new();
	// The ledger's balances come from the operator; what stands on the chains is unknown.
	let (code, out, error) = world.run(&["wallet", "balance", "//Alice"]);
	assert_eq!(code, 3, "{error}");
	assert!(error.contains("beta does not answer") && error.contains(NOWHERE), "{error}");
	let line = |token: &str| {
		let line = out.lines().find(|line| line.contains(token)).expect("a line");
		line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
	};
	assert_eq!(line("USDT"), ["alpha", "USDT", "?", "1,000"]);
	assert_eq!(line("WETH"), ["beta", "WETH", "?", "1"]);
	let (code, out, _) = world.run(&["wallet", "balance", "//Alice", "--json"]);
	let told: Value = serde_json::from_str(&out).expect("one JSON value");
	assert_eq!((code, &told["error"]["kind"]), (3, &json!("unreachable")));
	assert_eq!(
		(&told["balances"][1]["onLedger"], &told["balances"][1]["onChain"]),
		(&json!("1000000000"), &Value::Null)
	);
	for args in [
		&["deposit", "1", "USDT"][..],
		&["full-exit", "USDT"],
		&["key", "set", "--chain", "beta"],
		&["pool", "create", "USDT@alpha", "WETH@beta"],
		&["claim"],
	] {
		let error = world.fails(3, &by_alice(args));
		assert!(error.contains("does not answer"), "{args:?}: {error}");
	}
	let error = world.fails(1, &["full-exit", "WETH@beta", "--suri", "//Bob"]);
	assert!(error.contains("no account of yours has any WETH@beta"), "{error}");
}

#[test]
fn an_operator_that_goes_away_should_be_waited_for() {
	let mut world = World::new();
	world.stop_building();
	let hash = world.ok(&by_alice(&["transfer", "1", "USDT", "--to", "//Bob", "--no-wait"]));
	world.stop_serving();
	let error = world.fails(3, &["status", hash.trim(), "--watch", "--timeout", "1"]);
	assert!(error.contains("does not answer"), "{error}");
	assert_eq!(world.balance(BETA, "//Alice"), WETH);
}
