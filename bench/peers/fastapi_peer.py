"""fastapi-users as its documentation sets it up: users with a city, JWT, SQLAlchemy on asyncpg."""

import os
import uuid
from typing import Optional

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SECRET = os.environ["PEER_SECRET"]
engine = create_async_engine(os.environ["PEER_DATABASE"], pool_size=8)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    city: Mapped[Optional[str]] = mapped_column(default=None)


class UserRead(schemas.BaseUser[uuid.UUID]):
    city: Optional[str]


class UserUpdate(schemas.BaseUserUpdate):
    city: Optional[str] = None


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = verification_token_secret = SECRET


async def session():
    async with sessions() as open_session:
        yield open_session


async def users_of(open_session: AsyncSession = Depends(session)):
    yield SQLAlchemyUserDatabase(open_session, User)


async def manager(users=Depends(users_of)):
    yield UserManager(users)


backend = AuthenticationBackend(
    name="jwt", transport=BearerTransport(tokenUrl="login"),
    get_strategy=lambda: JWTStrategy(secret=SECRET, lifetime_seconds=3600))
app = FastAPI()
app.include_router(FastAPIUsers[User, uuid.UUID](manager, [backend]).get_users_router(UserRead, UserUpdate), prefix="/users")


async def prepare(count):
    """Makes the table, and as many users."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as open_session:
        for n in range(count):
            open_session.add(User(id=uuid.UUID(int=n + 1), email=f"m{n}@example.com", hashed_password="-", city="Lund"))
        await open_session.commit()
