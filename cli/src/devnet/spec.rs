// SPDX-License-Identifier: Apache-2.0

//! Chains with shorter periods: who wants to see how the rollup ends does not wait for twenty minutes.
//!
//! The node writes its own specification of a chain; the periods in it are changed, and the chain starts from that
//! file. They are a part of the chain's genesis, so that they stay as long as the chain does.

use std::{
	fs,
	io::{self, Write},
	path::Path,
	process::Command,
	time::Duration,
};

use ligature_service_kit::duration;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::{error::DevnetError, folder::Folder, parts::CHAINS};

/// The time between two blocks of a chain.
const BLOCK: Duration = Duration::from_secs(2);

/// So many blocks after exodus has begun the oracles have fixed the freeze block on all chains: two times finality, votes
/// and a certificate, in the half of the timeout in which they sign.
const LEAST_TIMEOUT: u32 = 40;

/// The timeout of a chain whose periods nobody has changed, which is long enough for every other one.
const USUAL_TIMEOUT: u32 = 60;

/// For so many timeouts everybody can leave.
const EXIT_TIMEOUTS: u32 = 5;

/// Operators have so many blocks for what only they may do.
const GRACE: u32 = 30;

/// The longest expiry that can be asked for.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3_600);

/// Where the periods stand in a specification.
const PLACE: &str = "/genesis/runtimeGenesis/patch/rollup/parameters";

/// The periods of the rollup as a specification writes them, in blocks of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Periods {
	expiry: u32,
	service_interval: u32,
	execute_grace: u32,
	turn_grace: u32,
	exodus_timeout: u32,
	exit_time: u32,
	notice: u32,
}

impl Periods {
	/// Those of chains whose requests expire after this time. Those that the node has itself come out for its own expiry.
	fn of(expiry: Duration) -> Self {
		let blocks =
			u32::try_from(expiry.as_millis().div_ceil(BLOCK.as_millis())).unwrap_or(u32::MAX);
		let expiry = blocks.max(1);
		let exodus_timeout = expiry.clamp(LEAST_TIMEOUT, USUAL_TIMEOUT);
		let exit_time = exodus_timeout * EXIT_TIMEOUTS;
		Self {
			expiry,
			service_interval: 1,
			execute_grace: GRACE,
			turn_grace: GRACE,
			exodus_timeout,
			exit_time,
			// The pallet wants more than the two together.
			notice: expiry.saturating_add(exit_time).saturating_add(GRACE),
		}
	}
}

/// An expiry as the command line names it.
///
/// # Errors
///
/// If it is no duration, shorter than a block, or longer than a year.
pub fn parse_expiry(text: &str) -> Result<Duration, String> {
	let expiry = duration::parse(text).map_err(|error| error.to_string())?;
	match (BLOCK..=LONGEST).contains(&expiry) {
		true => Ok(expiry),
		false => Err(format!("`{text}` is not between 2s, a block of a chain, and 365d")),
	}
}

/// Makes the specifications of chains with this expiry, unless they are there. Chains that were started go on with what
/// they were started with.
///
/// # Errors
///
/// [`DevnetError::OtherPeriods`] if a chain was started with others; [`DevnetError::Specification`],
/// [`DevnetError::File`].
pub async fn prepare(
	folder: &Folder,
	node: &Path,
	expiry: Option<Duration>,
) -> Result<(), DevnetError> {
	let Some(expiry) = expiry else { return Ok(()) };
	let periods = Periods::of(expiry);
	for (name, _) in CHAINS {
		let path = folder.specification(name);
		match periods_in(&path)? {
			Some(there) if there == periods => {},
			None if !folder.data(name).join("chains").exists() => {
				let (node, chain) = (node.to_owned(), name.to_owned());
				let made = move || written(&node, &chain, &periods, &path);
				let made = tokio::task::spawn_blocking(made).await;
				made.expect("it is not aborted, and does not panic; qed")?;
			},
			_ => return Err(DevnetError::OtherPeriods { name: name.into() }),
		}
	}
	Ok(())
}

/// The periods in a specification; none if there is no file.
fn periods_in(path: &Path) -> Result<Option<Periods>, DevnetError> {
	let text = match fs::read(path) {
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
		text => text.map_err(DevnetError::file(path))?,
	};
	let read = || {
		let json: Value = serde_json::from_slice(&text)?;
		Periods::deserialize(json.pointer(PLACE).unwrap_or(&Value::Null))
	};
	read().map(Some).map_err(|error| DevnetError::file(path)(error.into()))
}

/// Writes the node's specification of a chain with these periods. The file is there whole or not at all.
fn written(node: &Path, chain: &str, periods: &Periods, path: &Path) -> Result<(), DevnetError> {
	let failed = |why: String| DevnetError::Specification { name: chain.into(), why };
	let told = Command::new(node).args(["export-chain-spec", "--chain", chain]).output();
	let told = told.map_err(DevnetError::file(node))?;
	if !told.status.success() {
		let said = String::from_utf8_lossy(&told.stderr);
		return Err(failed(said.lines().last().unwrap_or_default().into()));
	}
	let changed = with_periods(&told.stdout, periods).map_err(failed)?;
	let write = || {
		let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
		file.write_all(&changed)?;
		file.persist(path)?;
		Ok(())
	};
	write().map_err(DevnetError::file(path))
}

/// A specification with other periods.
fn with_periods(specification: &[u8], periods: &Periods) -> Result<Vec<u8>, String> {
	let mut json: Value =
		serde_json::from_slice(specification).map_err(|error| error.to_string())?;
	let place = json.pointer_mut(PLACE).ok_or("it has no periods of the rollup")?;
	*place = serde_json::to_value(periods).map_err(|error| error.to_string())?;
	serde_json::to_vec_pretty(&json).map_err(|error| error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;

	/// What the node writes, without the code of the runtime.
	const ALPHA: &[u8] = include_bytes!("../../../chain-specs/alpha.json");

	fn seconds(seconds: u64) -> Periods {
		Periods::of(Duration::from_secs(seconds))
	}

	#[test]
	fn periods_should_be_what_the_chains_take() {
		for expiry in [2, 3, 40, 80, 120, 1_200, 86_400, LONGEST.as_secs()] {
			let periods = seconds(expiry);
			let Periods { expiry, service_interval, exodus_timeout, exit_time, notice, .. } =
				periods;
			assert!(expiry > 0 && service_interval > 0 && exodus_timeout > 0, "{periods:?}");
			assert!(exit_time > exodus_timeout, "{periods:?}");
			assert!(notice > expiry + exit_time, "{periods:?}");
		}
		assert_eq!(seconds(40).expiry, 20);
		assert_eq!(seconds(41).expiry, 21, "no request expires earlier than was asked for");
	}

	#[test]
	fn the_usual_expiry_should_give_the_usual_chain() {
		let json: Value = serde_json::from_slice(ALPHA).unwrap();
		let usual = Periods::deserialize(json.pointer(PLACE).unwrap()).unwrap();
		assert_eq!(seconds(20 * 60), usual);
		let same: Value = serde_json::from_slice(&with_periods(ALPHA, &usual).unwrap()).unwrap();
		assert_eq!(same, json);
	}

	#[test]
	fn nothing_but_the_periods_should_change() {
		let changed = with_periods(ALPHA, &seconds(40)).unwrap();
		let mut changed: Value = serde_json::from_slice(&changed).unwrap();
		let mut json: Value = serde_json::from_slice(ALPHA).unwrap();
		assert_eq!(Periods::deserialize(changed.pointer(PLACE).unwrap()).unwrap(), seconds(40));
		assert_ne!(changed, json);
		for json in [&mut changed, &mut json] {
			*json.pointer_mut(PLACE).unwrap() = Value::Null;
		}
		assert_eq!(changed, json);
		assert!(with_periods(b"{}", &seconds(40)).unwrap_err().contains("no periods"));
		assert!(with_periods(b"no chain", &seconds(40)).is_err());
	}

	#[test]
	fn what_is_no_expiry_should_be_refused() {
		assert_eq!(parse_expiry("40s"), Ok(Duration::from_secs(40)));
		for text in ["", "40", "0s", "1999ms", "366d", "forty"] {
			assert!(parse_expiry(text).is_err(), "{text}");
		}
	}

	#[tokio::test]
	async fn a_chain_should_keep_the_periods_that_it_was_started_with() {
		let temporary = tempfile::tempdir().unwrap();
		let folder = Folder::at(Some(temporary.path().join("devnet")));
		folder.prepare(&["alpha".into(), "beta".into()]).unwrap();
		let nothing = temporary.path().join("no-node");
		let expiry = Some(Duration::from_secs(40));
		for (name, _) in CHAINS {
			let text = with_periods(ALPHA, &seconds(40)).unwrap();
			fs::write(folder.specification(name), text).unwrap();
			fs::create_dir(folder.data(name).join("chains")).unwrap();
		}
		prepare(&folder, &nothing, expiry).await.unwrap();
		// Nobody asks for anything: it goes on as it was.
		prepare(&folder, &nothing, None).await.unwrap();
		let other = Some(Duration::from_secs(41));
		let error = prepare(&folder, &nothing, other).await.unwrap_err();
		assert!(matches!(&error, DevnetError::OtherPeriods { name } if name == "alpha"), "{error}");
		assert!(error.to_string().contains("--fresh"), "{error}");
		// A chain that was started from what the node has itself cannot be given others.
		fs::remove_file(folder.specification("alpha")).unwrap();
		let error = prepare(&folder, &nothing, expiry).await.unwrap_err();
		assert!(matches!(error, DevnetError::OtherPeriods { .. }), "{error}");
		// What was never started is made, which needs a node.
		fs::remove_dir(folder.data("alpha").join("chains")).unwrap();
		let error = prepare(&folder, &nothing, expiry).await.unwrap_err();
		assert!(matches!(&error, DevnetError::File { path, .. } if *path == nothing), "{error}");
		fs::write(folder.specification("alpha"), "{}").unwrap();
		let error = prepare(&folder, &nothing, expiry).await.unwrap_err();
		assert!(matches!(error, DevnetError::File { .. }), "{error}");
	}
}
