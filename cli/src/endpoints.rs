// SPDX-License-Identifier: Apache-2.0

//! Where operator and chains are: by flag, by environment, or because a devnet runs on this machine.

use std::{
	env, fs, io,
	path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Where an operator listens if nobody says otherwise.
pub const DEFAULT_OPERATOR: &str = "http://127.0.0.1:9700";

/// Names the folder of the devnet.
pub const DEVNET_VARIABLE: &str = "LIGATURE_DEVNET";

/// The file in the devnet's folder that says where its parts are.
const ENDPOINTS_FILE: &str = "endpoints.json";

/// Where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
	/// The operator's JSON-RPC.
	pub operator: String,
	/// JSON-RPC of chains, named by hand; the operator says the others.
	pub chains: Vec<String>,
}

impl Endpoints {
	/// The operator named, else that of a running devnet, else the default one; and the chains named.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if one is no URL that can be used.
	pub fn discover(operator: Option<String>, chains: Vec<String>) -> Result<Self, Failure> {
		let operator = operator
			.or_else(|| DevnetState::read(&devnet_folder()).map(|state| state.operator))
			.unwrap_or_else(|| DEFAULT_OPERATOR.into());
		let operator = over_http(&operator)?;
		let chains = chains.iter().map(|chain| web_socket(chain)).collect::<Result<_, _>>()?;
		Ok(Self { operator, chains })
	}
}

/// The URL with the scheme of a WebSocket: nodes and operators answer HTTP and WebSocket on one port.
///
/// # Errors
///
/// [`Failure::Input`] for another scheme.
pub fn web_socket(url: &str) -> Result<String, Failure> {
	let (secure, rest) = split(url)?;
	Ok(format!("{}{rest}", if secure { "wss://" } else { "ws://" }))
}

/// The URL with the scheme of HTTP.
///
/// # Errors
///
/// [`Failure::Input`] for another scheme.
pub fn over_http(url: &str) -> Result<String, Failure> {
	let (secure, rest) = split(url)?;
	Ok(format!("{}{rest}", if secure { "https://" } else { "http://" }))
}

/// Whether the scheme is one over TLS, and what follows it.
fn split(url: &str) -> Result<(bool, &str), Failure> {
	for (scheme, secure) in
		[("http://", false), ("https://", true), ("ws://", false), ("wss://", true)]
	{
		if let Some(rest) = url.strip_prefix(scheme).filter(|rest| !rest.is_empty()) {
			return Ok((secure, rest));
		}
	}
	Err(Failure::input(
		format!("`{url}` is not the URL of a JSON-RPC server"),
		"write ws://HOST:PORT, wss://…, http://… or https://…",
	))
}

/// What a running devnet says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevnetState {
	/// The operator's JSON-RPC.
	pub operator: String,
	/// Its chains.
	pub chains: Vec<DevnetChain>,
}

/// A chain of the devnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevnetChain {
	/// Its number in the network.
	pub id: u8,
	/// Its name.
	pub name: String,
	/// Its JSON-RPC.
	pub url: String,
}

impl DevnetState {
	/// Where the file lies.
	pub fn path(folder: &Path) -> PathBuf {
		folder.join(ENDPOINTS_FILE)
	}

	/// Reads the file; none if there is none or it cannot be read.
	pub fn read(folder: &Path) -> Option<Self> {
		serde_json::from_slice(&fs::read(Self::path(folder)).ok()?).ok()
	}

	/// Writes the file, at once: a reader sees the old one or the new one.
	///
	/// # Errors
	///
	/// If the folder cannot be written to.
	pub fn write(&self, folder: &Path) -> io::Result<()> {
		fs::create_dir_all(folder)?;
		let mut file = tempfile::NamedTempFile::new_in(folder)?;
		serde_json::to_writer_pretty(&mut file, self)?;
		file.persist(Self::path(folder))?;
		Ok(())
	}

	/// Removes the file, if there is one.
	///
	/// # Errors
	///
	/// If it is there and cannot be removed.
	pub fn remove(folder: &Path) -> io::Result<()> {
		match fs::remove_file(Self::path(folder)) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
			_ => Ok(()),
		}
	}
}

/// The devnet's folder: `LIGATURE_DEVNET`, else `ligature/devnet` among the user's caches.
pub fn devnet_folder() -> PathBuf {
	match env::var_os(DEVNET_VARIABLE) {
		Some(folder) if !folder.is_empty() => folder.into(),
		_ => user_folder("XDG_CACHE_HOME", ".cache").join("ligature/devnet"),
	}
}

/// The URLs of chains' nodes for who does not ask an operator: those named, else those of a running devnet, else none.
///
/// # Errors
///
/// [`Failure::Input`] if one is no URL that can be used.
pub fn nodes(named: &[String]) -> Result<Vec<String>, Failure> {
	if named.is_empty() {
		let chains = DevnetState::read(&devnet_folder()).map(|state| state.chains);
		return Ok(chains.unwrap_or_default().into_iter().map(|chain| chain.url).collect());
	}
	named.iter().map(|url| web_socket(url)).collect()
}

/// A folder of the user: the one that the variable names, else this one in the home folder.
pub fn user_folder(variable: &str, in_home: &str) -> PathBuf {
	// The XDG base directory specification ignores relative paths.
	match env::var_os(variable).map(PathBuf::from) {
		Some(folder) if folder.is_absolute() => folder,
		_ => PathBuf::from(env::var_os("HOME").unwrap_or_else(|| ".".into())).join(in_home),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn urls_should_become_those_of_web_sockets() {
		assert_eq!(web_socket("http://127.0.0.1:9700").expect("a URL"), "ws://127.0.0.1:9700");
		assert_eq!(web_socket("wss://rpc.example/a").expect("a URL"), "wss://rpc.example/a");
		assert_eq!(over_http("wss://rpc.example/a").expect("a URL"), "https://rpc.example/a");
		assert_eq!(over_http("ws://[::1]:1").expect("a URL"), "http://[::1]:1");
		for url in ["", "127.0.0.1:9700", "ftp://a", "http://"] {
			let error = web_socket(url).expect_err("no URL").to_string();
			assert!(error.contains("is not the URL of a JSON-RPC server"), "{error}");
		}
	}

	#[test]
	fn the_devnets_file_should_be_read_as_it_was_written() {
		let folder = tempfile::tempdir().expect("a folder");
		let inner = folder.path().join("devnet");
		assert_eq!(DevnetState::read(&inner), None);
		let chain = DevnetChain { id: 1, name: "alpha".into(), url: "ws://127.0.0.1:1".into() };
		let state = DevnetState { operator: "http://127.0.0.1:2".into(), chains: vec![chain] };
		state.write(&inner).expect("it can be written");
		assert_eq!(DevnetState::read(&inner), Some(state.clone()));
		state.write(&inner).expect("it can be written again");
		DevnetState::remove(&inner).expect("it can be removed");
		DevnetState::remove(&inner).expect("that it is gone is no failure");
		assert_eq!(DevnetState::read(&inner), None);
		std::fs::write(DevnetState::path(&inner), "{").expect("written");
		assert_eq!(DevnetState::read(&inner), None);
	}
}
