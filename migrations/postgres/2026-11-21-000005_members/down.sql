DROP TABLE password_attempts;
DROP TABLE membership;
DROP TABLE member;
DROP TABLE member_group;
DROP TABLE brand;
DROP TABLE tenant;
DROP TABLE language;
