//! Archives of exports, read to their end.

use std::{io::Cursor, io::Read as _, path::Path};

use profile_domain::change::Digest;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

pub struct Archive(ZipArchive<Cursor<Vec<u8>>>);

impl Archive {
    pub fn read(bytes: Vec<u8>) -> Self {
        Self(ZipArchive::new(Cursor::new(bytes)).unwrap())
    }

    pub fn open(file: &Path) -> Self {
        Self::read(std::fs::read(file).unwrap())
    }

    /// The names of its members, in their order.
    pub fn names(&mut self) -> Vec<String> {
        (0..self.0.len()).map(|index| self.0.by_index(index).unwrap().name().unwrap().into_owned()).collect()
    }

    pub fn bytes(&mut self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    pub fn text(&mut self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub fn rows(&mut self) -> Vec<Value> {
        self.lines("records.ndjson")
    }

    pub fn changes(&mut self) -> Vec<Value> {
        self.lines("changes.ndjson")
    }

    fn lines(&mut self, name: &str) -> Vec<Value> {
        self.text(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The manifest; asserts that it comes last, and has each other member in its order, with its length and digest.
    pub fn manifest(&mut self) -> Value {
        let manifest: Value = serde_json::from_slice(&self.bytes("manifest.json")).unwrap();
        let members: Vec<&String> = manifest.as_object().unwrap().keys().collect();
        assert_eq!(members, ["person", "at", "by", "reason", "position", "files"]);
        let mut names = Vec::new();
        for file in manifest["files"].as_array().unwrap() {
            let members: Vec<&String> = file.as_object().unwrap().keys().collect();
            assert_eq!(members, ["path", "bytes", "sha256", "of"]);
            let path = file["path"].as_str().unwrap();
            let bytes = self.bytes(path);
            assert_eq!(file["bytes"], bytes.len(), "{file}");
            let digest = Digest(Sha256::digest(&bytes).into());
            assert_eq!(file["sha256"], digest.to_string(), "{file}");
            names.push(path.to_owned());
        }
        names.push("manifest.json".to_owned());
        assert_eq!(names, self.names());
        assert_eq!(names[..2], ["records.ndjson", "changes.ndjson"]);
        manifest
    }

    /// Unpacks it into a folder.
    pub fn unpack(&mut self, folder: &Path) {
        self.0.extract(folder).unwrap();
    }
}
