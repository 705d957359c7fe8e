DROP TABLE api_key;
DROP TABLE app;
DROP TABLE business;
DROP TABLE user_override;
DROP TABLE user_profile;
