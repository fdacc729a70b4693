// SPDX-License-Identifier: Apache-2.0

//! What a node works out whenever it starts, kept: the compiled runtime and the genesis state.
//!
//! A node compiles its runtime twice before it is there: once to build the genesis state, even of a
//! chain that it has had for long, and once to run it. On a development network, which starts many
//! nodes of one build on few processors, that is most of the time that its user waits.
//!
//! ```text
//! genesis-DIGEST.json    a chain's raw specification, by the digest of its plain one
//! compiled/              the machine code of runtimes; wasmtime deletes whatever it does not know there
//! ```

use polkadot_sdk::*;

use crate::chain_spec::ChainSpec;
use sp_runtime::traits::{BlakeTwo256, Hash};
use std::{
	fs, io,
	path::{Path, PathBuf},
	process,
};

/// Genesis states that are kept, of 8 megabytes each.
const MOST_KEPT: usize = 8;

/// What the command line says about what is kept between starts.
#[derive(Clone, Debug, clap::Args)]
pub struct CacheArgs {
	/// Keep the compiled runtime and the genesis state in this folder, so that the node is there
	/// some seconds earlier when it starts again.
	///
	/// Nodes may share it. Nobody else may be able to write to it, as the machine code in it is
	/// run. It can be deleted while no node runs.
	#[arg(long, value_name = "FOLDER")]
	pub runtime_cache: Option<PathBuf>,
}

impl CacheArgs {
	/// The folder, made if need be, as an absolute path; none if nothing is kept.
	pub fn folder(&self) -> Result<Option<PathBuf>, String> {
		let Some(path) = &self.runtime_cache else { return Ok(None) };
		let opened = fs::create_dir_all(path).and_then(|()| path.canonicalize());
		opened.map(Some).map_err(|e| unusable(path, &e))
	}
}

fn unusable(path: &Path, error: &io::Error) -> String {
	format!(
		"cannot keep anything in {}: {error}; name another folder with --runtime-cache, or none",
		path.display()
	)
}

/// Where compiled runtimes are kept.
pub fn compiled(folder: &Path) -> PathBuf {
	folder.join("compiled")
}

/// The same chain, with the genesis state that was built when it was asked for first.
pub fn with_genesis(folder: &Path, spec: &ChainSpec) -> Result<ChainSpec, String> {
	let digest = BlakeTwo256::hash(spec.as_json(false)?.as_bytes());
	let path = folder.join(format!("genesis-{digest:x}.json"));
	// A file that is not whole, whatever has happened to it, is made anew.
	if let Ok(kept) = fs::read(&path)
		&& let Ok(kept) = ChainSpec::from_json_bytes(kept)
	{
		return Ok(kept);
	}
	let raw = spec.as_json(true)?;
	// Of two nodes that start at the same time each writes the same.
	let new = path.with_extension(format!("{}.new", process::id()));
	fs::write(&new, &raw)
		.and_then(|()| fs::rename(&new, &path))
		.and_then(|()| forget_old(folder))
		.map_err(|e| unusable(folder, &e))?;
	ChainSpec::from_json_bytes(raw.into_bytes())
}

/// Deletes the oldest genesis states: every build of the runtime leaves its own.
fn forget_old(folder: &Path) -> io::Result<()> {
	let mut kept = Vec::new();
	for entry in fs::read_dir(folder)? {
		let entry = entry?;
		if entry.file_name().to_string_lossy().starts_with("genesis-") {
			kept.push((entry.metadata()?.modified()?, entry.path()));
		}
	}
	kept.sort();
	let many = kept.len().saturating_sub(MOST_KEPT);
	// Another node may have been quicker.
	for (_, path) in kept.drain(..many) {
		if let Err(e) = fs::remove_file(path)
			&& e.kind() != io::ErrorKind::NotFound
		{
			return Err(e);
		}
	}
	Ok(())
}
